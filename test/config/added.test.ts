import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { compile } from '../../src/compile/compile.ts';
import { loadStack } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/source/diagnostics.ts';
import { processFiles } from '../../src/files/process-files.ts';
import type { ContainerServer, NativeServer } from '../../src/model/desired.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'hive-added-config-'));
after(() => rmSync(ROOT, { recursive: true }));
const STATE = '/state/added.yaml';

let count = 0;
function stackOf(files: Readonly<Record<string, string>>): string {
  const folder = join(ROOT, `case-${count++}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, 'hive.yaml');
}

function load(file: string, text: string, values: Readonly<Record<string, string>> = {}) {
  return loadStack(file, values, processFiles, { path: STATE, text });
}

const names = (servers: readonly { readonly serverName: string }[] = []) =>
  servers.map(({ serverName }) => serverName);

test('added servers stand beside those of the file, with the defaults and variables of the file', async () => {
  const file = stackOf({
    'hive.yaml': 'defaults: { container: { memory: 64m } }\nservers: { a: { image: x } }',
  });
  const { servers } = await load(file, 'servers: { b: { image: y, env: { V: "${SOME:-1.10}" } } }');
  const [a, b] = servers as ContainerServer[];
  assert.deepEqual([a?.origin, b?.origin], [undefined, 'added']);
  assert.deepEqual([b?.memory, b?.env, b?.place], ['64m', { V: '${SOME:-1.10}' }, { path: STATE, line: 1 }]);
});

test('relative paths of an added entry begin in the folder of the file', async () => {
  const file = stackOf({ 'hive.yaml': 'servers: {}', 'env/one.env': 'A=1', 'data/x': '' });
  const added = `servers:
  a: { image: x, envFile: env/one.env, volumes: ["./data:/data"] }
  b: { command: node x.mjs, workdir: data }`;
  const { servers, waiting } = await load(file, added);
  assert.equal(waiting, undefined);
  const [a, b] = servers as [ContainerServer, NativeServer];
  assert.deepEqual(a.envFile, [join(dirname(file), 'env/one.env')]);
  assert.deepEqual(a.volumes, ['./data:/data']);
  assert.equal(b.workdir, join(dirname(file), 'data'));
});

test('a declared name counts, and the added entry of that name waits with a warning of both', async () => {
  const file = stackOf({ 'hive.yaml': 'servers:\n  a: { image: mine }' });
  const { servers, waiting, warnings } = await load(file, 'servers: { a: { image: theirs } }');
  assert.deepEqual(
    servers.map((it) => (it as ContainerServer).image),
    ['mine'],
  );
  assert.deepEqual(names(waiting), ['a']);
  assert.match(waiting?.[0]?.reason ?? '', /^hive\.yaml:2 declares it/);
  assert.match(waiting?.[0]?.hint ?? '', /npx hive remove a$/);
  assert.match(warnings.map(({ message }) => message).join(), /added server "a" waits: hive\.yaml:2/);
});

const FAULTS: Readonly<Record<string, string>> = {
  'an unknown key': '{ image: x, imge: y }',
  'no entry': 'null',
  'no kind': '{}',
  'a missing file': '{ image: x, envFile: none.env }',
  'a port that the file has taken': '{ image: x, ports: ["9000:1"] }',
  'a tool name that the file has taken': '{ image: x, prefix: "", tools: { rename: { t: one } } }',
  'a compose key that Compose does not know': '{ image: x, compose: { servce: 1 } }',
};

for (const [fault, entry] of Object.entries(FAULTS))
  test(`an added entry with ${fault} must wait, and stop no other`, async () => {
    const declared = '{ image: x, ports: ["9000:1"], prefix: "", tools: { rename: { u: one } } }';
    const file = stackOf({ 'hive.yaml': `servers: { a: ${declared} }` });
    const { servers, waiting } = await load(file, `servers: { bad: ${entry}, good: { image: x } }`);
    assert.deepEqual([names(servers), names(waiting)], [['a', 'good'], ['bad']]);
    assert.ok(waiting?.[0]?.reason && waiting[0].hint);
    assert.equal(waiting?.[0]?.place.path, STATE);
  });

const DAMAGES = ['servers: [', 'x', 'servers: 3', '\0', 'servers: { a: *b }'];

for (const text of DAMAGES)
  test(`a damaged file (${JSON.stringify(text)}) must stop no declared server, and is named`, async () => {
    const views = 'views: { v: { servers: [a, gone] } }';
    const file = stackOf({ 'hive.yaml': `servers: { a: { image: x } }\n${views}` });
    const { servers, addedDamage, warnings } = await load(file, text);
    assert.deepEqual(names(servers), ['a']);
    assert.ok(addedDamage);
    assert.match(warnings.map(({ message }) => message).join(), /servers that were added are not served/);
  });

test('a view may name an added server, also while that waits', async () => {
  const file = stackOf({ 'hive.yaml': 'servers: { a: { image: x } }\nviews: { v: { servers: [b] } }' });
  assert.deepEqual(names((await load(file, 'servers: { b: { image: x } }')).servers), ['a', 'b']);
  assert.deepEqual(names((await load(file, 'servers: { b: { imge: x } }')).waiting), ['b']);
  await assert.rejects(load(file, 'servers: {}'), /names the server "b"/);
});

test('problems of the file are those of the file alone', async () => {
  const file = stackOf({ 'hive.yaml': 'servers: { a: { imge: x } }' });
  await assert.rejects(load(file, 'servers: { b: { imge: y } }'), (error: unknown) => {
    assert.ok(error instanceof ConfigError);
    assert.deepEqual(
      error.problems.map(({ place }) => place.path),
      [file],
    );
    return true;
  });
});

test('an entry that moves from the one file to the other must not restart its server', async () => {
  const entry = '{ image: x, volumes: ["./data:/d"], env: { A: b } }';
  const declared = await loadStack(stackOf({ 'hive.yaml': `name: s\nservers: { a: ${entry} }` }), {});
  const added = await load(stackOf({ 'hive.yaml': 'name: s\nservers: {}' }), `servers: { a: ${entry} }`);
  const [one] = compile(declared).units;
  const [other] = compile(added).units;
  assert.deepEqual([other?.hash, other?.viewHash], [one?.hash, one?.viewHash]);
});

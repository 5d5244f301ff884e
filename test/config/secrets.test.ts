/** `${secret:NAME}` in a config file: where it may stand, and what is said of one without a value. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkFile } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/source/diagnostics.ts';
import { processFiles } from '../../src/files/process-files.ts';
import type { Values } from '../../src/model/references.ts';
import type { ReadSecrets, SecretReading } from '../../src/model/secrets/secrets.ts';

const STORE = '/state/secrets/x.json';

function harness(t: TestContext, servers: string, kept: Partial<SecretReading> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'hive-config-secrets-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'hive.yaml');
  writeFileSync(file, servers);
  const asked: string[][] = [];
  const read: ReadSecrets = async (names) => {
    asked.push([...names]);
    return { values: {}, watched: [STORE], troubles: new Map(), ...kept };
  };
  return {
    file,
    read,
    folder,
    asked,
    check: (values: Values = {}) => checkFile(file, values, processFiles, undefined, read),
  };
}

test('a file without secrets must not read the store', async (t) => {
  const { asked, check } = harness(t, 'servers: { a: { image: "x/${TAG:-1}" } }');
  const { stack } = await check();
  assert.deepEqual(asked, []);
  assert.ok(!stack.watched.includes(STORE));
});

test('secrets of all places must be read, also those of included files', async (t) => {
  const { folder, asked, check } = harness(
    t,
    `include: more.yaml
gateway: { host: "\${secret:HOST:-127.0.0.1}" }
servers:
  a: { command: "node \${secret:ARG}", env: { A: "\${secret:ENV}" } }
  b: { image: x/y, volumes: ["\${secret:FOLDER}:/data"], secrets: { token: { secret: FILE } } }
  c: { url: "https://x.example/\${secret:PATH}", headers: { A: "Bearer \${secret:HEADER}" } }
`,
    { values: { ARG: 'x', ENV: 'e', FOLDER: '/tmp', FILE: 'f', PATH: 'p', HEADER: 'h', IN: 'i' } },
  );
  writeFileSync(join(folder, 'more.yaml'), 'servers: { d: { command: node, env: { D: "${secret:IN}" } } }');
  const { stack, unset, values } = await check();
  assert.deepEqual(asked, [['ARG', 'ENV', 'FILE', 'FOLDER', 'HEADER', 'HOST', 'IN', 'PATH']]);
  assert.ok(stack.watched.includes(STORE));
  assert.deepEqual(unset, []);
  assert.equal(values['secret:ENV'], 'e');
  assert.doesNotMatch(JSON.stringify(stack.servers), /"e"|"\/tmp"/, 'references stay references');
});

const NEEDS_A = 'servers: { a: { command: node, env: { A: "${secret:A}" } }, b: { command: node } }';

test('a secret that is not kept must be taken from the variable of its name', async (t) => {
  const { check } = harness(t, NEEDS_A);
  assert.equal((await check({ A: 'of the environment' })).values['secret:A'], 'of the environment');
  const both = harness(t, NEEDS_A, { values: { A: 'kept' } });
  assert.equal((await both.check({ A: 'of the environment' })).values['secret:A'], 'kept');
});

test('a secret without a value must fail its server alone, with the command that sets it', async (t) => {
  const { check } = harness(t, NEEDS_A);
  const { stack, unset } = await check();
  assert.deepEqual(
    stack.servers.map(({ serverName, unset }) => [serverName, unset.map(({ variable }) => variable)]),
    [
      ['a', ['secret:A']],
      ['b', []],
    ],
  );
  assert.equal(unset[0]?.message, 'the secret A is not set, and a uses it');
  assert.equal(unset[0]?.hint, 'npx hive secret set A');
});

test('a secret that cannot be read must be told so, and be taken from nowhere else', async (t) => {
  const trouble = { message: 'x.json is damaged', hint: 'mv x.json y.json' };
  const { check } = harness(t, NEEDS_A, { troubles: new Map([['A', trouble]]) });
  const { stack, unset } = await check({ A: 'another value' });
  assert.equal(unset[0]?.message, 'the secret A cannot be read: x.json is damaged, and a uses it');
  assert.equal(unset[0]?.hint, trouble.hint);
  assert.deepEqual(stack.servers[0]?.unset[0]?.trouble, trouble);
});

test('names that no secret can have must be refused with the reason', async (t) => {
  const { check } = harness(t, 'servers: { a: { command: node, env: { A: "${secret:my.token}" } } }');
  const error: unknown = await check().catch((thrown: unknown) => thrown);
  assert.ok(error instanceof ConfigError);
  assert.match(error.problems[0]?.hint ?? '', /the name of a secret has letters, digits and _/);
});

test('the value of a secret must not stand in a problem', async (t) => {
  const { check } = harness(t, 'gateway: { port: "${secret:PORT}" }\nservers: {}', {
    values: { PORT: 'QQcanaryQQ' },
  });
  const error: unknown = await check().catch((thrown: unknown) => thrown);
  assert.ok(error instanceof ConfigError);
  assert.doesNotMatch(JSON.stringify(error.problems), /QQcanary/);
});

test('secrets of added entries must be read too', async (t) => {
  const { file, asked, read } = harness(t, 'servers: {}', { values: { IN_ADDED: 'i' } });
  const text = 'servers:\n  a: { command: node, env: { A: "${secret:IN_ADDED}" } }\n';
  const added = { path: '/state/added.yaml', text };
  const { stack, values } = await checkFile(file, {}, processFiles, added, read);
  assert.deepEqual(asked, [['IN_ADDED']]);
  assert.deepEqual(
    stack.servers.map(({ serverName, unset }) => [serverName, unset.length]),
    [['a', 0]],
  );
  assert.equal(values['secret:IN_ADDED'], 'i');
});

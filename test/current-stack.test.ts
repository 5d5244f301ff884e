/** Valid and invalid edits of the user's files while a gateway runs. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readAdded } from '../src/added/added-file.ts';
import { systemClock } from '../src/clock.ts';
import { CurrentStack } from '../src/current-stack.ts';
import { loadDesired } from '../src/desired.ts';
import { createNotices } from '../src/notices.ts';
import { createOverride } from '../src/runtime/containers/override.ts';
import { stackFolder } from './helpers/stack-folder.ts';

const A = { a: { url: 'http://127.0.0.1:9/mcp' } };
const AUTH = { tokens: { laptop: `sha256:${'0'.repeat(64)}` } };
const BOX = { box: { image: 'some/image' } };

/** File systems stamp with a clock that lags behind by a tick: an older file is certainly older. */
const SETTLED_MS = 40;

async function harness(t: TestContext, config: object = {}, watches?: boolean) {
  const place = stackFolder(t, config);
  const said: string[] = [];
  const applied: string[] = [];
  await sleep(SETTLED_MS);
  const { file, state, folder, save } = place;
  const stack = new CurrentStack({
    file,
    state,
    desired: await loadDesired({ file, state, clock: systemClock }),
    override: createOverride({ labels: () => ({}) }),
    clock: systemClock,
    watches,
    added: () => readAdded(state.path),
    notices: createNotices((text) => said.push(text), { add: () => {} }),
  });
  const refresh = (): Promise<string> => stack.refresh(() => void applied.push(stack.desired.stack.name));
  const names = (): string[] => stack.desired.stack.servers.map(({ serverName }) => serverName);
  return { stack, refresh, names, said, applied, folder, file, save };
}

test('files that have not changed must not be read again', async (t) => {
  const { stack, refresh, applied, save } = await harness(t);
  const before = stack.desired;
  assert.equal(await refresh(), '');
  assert.equal(stack.desired, before);
  assert.deepEqual(applied, []);
  save({ servers: A });
  assert.match(await refresh(), / read: a added$/);
  assert.deepEqual(applied, ['x']);
});

test('an edit that changes no server must be applied, and be reported as such', async (t) => {
  const { stack, refresh, applied, save } = await harness(t, { servers: A });
  save({ servers: A, gateway: { port: 0, discover: 'project' } });
  assert.match(await refresh(), /hive\.yaml read: no server changed$/);
  assert.equal(stack.desired.wanted.discover, 'project');
  assert.equal(applied.length, 1);
});

test('an edit must be confirmed by the servers that it changes', async (t) => {
  const urls = (...names: string[]) =>
    Object.fromEntries(names.map((name) => [name, { url: `http://127.0.0.1:9/${names.length}` }]));
  const { refresh, save, folder } = await harness(t, { servers: urls('a', 'b', 'c') });
  const rows: readonly [object, string][] = [
    [urls('a', 'b'), 'a and b changed, c removed'],
    [{ ...urls('a', 'b'), c: A.a }, 'c added'],
    [urls('a', 'c', 'd', 'e', 'f', 'g'), 'a and c changed, d, e, f and g added, b removed'],
    [urls('a', 'c', 'd', 'e', 'f', 'g', 'h'), 'a, c, d, e and 2 others changed, h added'],
  ];
  for (const [servers, words] of rows) {
    save({ servers });
    await sleep(SETTLED_MS);
    assert.equal((await refresh()).replace(/^.* read: /, ''), words);
  }
  writeFileSync(join(folder, '.env'), 'NOBODY=uses\n');
  assert.equal(await refresh(), '', 'another file that changes no server is not worth a line');
});

test('an edit of .env must be named by that file', async (t) => {
  const shouter = { shouter: { command: 'x', env: { WORD: '${WORD}' } } };
  const { refresh, folder, save } = await harness(t);
  writeFileSync(join(folder, '.env'), 'WORD=a\n');
  save({ servers: shouter });
  await sleep(SETTLED_MS);
  assert.match(await refresh(), /hive\.yaml read: shouter added$/);
  await sleep(SETTLED_MS);
  writeFileSync(join(folder, '.env'), 'WORD=b\n');
  assert.match(await refresh(), /\.env read: shouter changed$/);
});

test('an invalid edit must be reported once and change nothing, and its correction must be reported', async (t) => {
  const { refresh, names, said, applied, file, save } = await harness(t, { servers: A });
  for (let times = 0; times < 2; times++) {
    writeFileSync(file, 'servers: [');
    assert.equal(await refresh(), '');
  }
  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /nothing was changed; the last good configuration keeps running$/);
  assert.deepEqual([names(), applied], [['a'], []]);
  save({ servers: { ...A, ...BOX } });
  assert.match(await refresh(), / read: box added$/);
  assert.deepEqual(said.slice(1), ['the configuration is good again']);
  assert.deepEqual(names(), ['a', 'box']);
});

test('a file that only an invalid edit names must be watched, since it may correct the edit', async (t) => {
  const { refresh, names, folder, save } = await harness(t);
  save({ include: 'more.yaml' });
  await refresh();
  await sleep(SETTLED_MS);
  assert.deepEqual(names(), []);
  writeFileSync(join(folder, 'more.yaml'), 'servers: { b: { url: http://127.0.0.1:9/mcp } }');
  await refresh();
  assert.deepEqual(names(), ['b']);
});

const OPEN = { gateway: { port: 0, host: '0.0.0.0' }, auth: AUTH };

const REFUSED: readonly [what: string, config: object, problem: RegExp][] = [
  [
    'another name',
    { ...OPEN, name: 'y' },
    /cannot change its name from x to y while it runs[\s\S]*fix: name it x again/,
  ],
  [
    'no auth, with another host that takes effect at the next start only',
    {},
    /`auth` cannot be removed while the gateway still listens on 0\.0\.0\.0[\s\S]*fix: stop it/,
  ],
];
for (const [what, config, problem] of REFUSED)
  test(`an edit to ${what} must be refused`, async (t) => {
    const { stack, refresh, said, save } = await harness(t, OPEN);
    save(config);
    await refresh();
    assert.match(said.join(), problem);
    assert.ok(stack.desired.stack.auth);
  });

test('auth must not be removed by a second edit either, while the gateway listens on the old host', async (t) => {
  const { stack, refresh, said, save } = await harness(t, {
    gateway: { port: 0, host: '0.0.0.0' },
    auth: AUTH,
  });
  save({ auth: AUTH });
  await refresh();
  assert.equal(stack.desired.stack.gateway.host, '127.0.0.1');
  save({});
  await refresh();
  assert.match(said.join(), /`auth` cannot be removed/);
  assert.ok(stack.desired.stack.auth);
});

test('auth may be removed if the host stays the same', async (t) => {
  const { stack, refresh, save } = await harness(t, { auth: AUTH });
  save({});
  await refresh();
  assert.equal(stack.desired.stack.auth, undefined);
});

test('the compiled file must follow each edit, and be written again if it is removed', async (t) => {
  const { stack, refresh, folder, save } = await harness(t, { servers: BOX });
  const compiled = join(folder, 'docker-compose.mcp.yml');
  await stack.writeFiles();
  assert.match(readFileSync(compiled, 'utf8'), /some\/image/);
  save({ servers: { box: { image: 'other/image' } } });
  await refresh();
  assert.match(readFileSync(compiled, 'utf8'), /other\/image/);
  rmSync(compiled);
  await stack.writeFiles();
  assert.match(readFileSync(compiled, 'utf8'), /other\/image/);
});

test('a stack without containers must write no compiled file', async (t) => {
  const { stack, folder } = await harness(t, { servers: A });
  await stack.writeFiles();
  assert.ok(!existsSync(join(folder, 'docker-compose.mcp.yml')));
});

test('an edit whose compiled file would replace a file of the user must change nothing', async (t) => {
  const { refresh, names, said, folder, save } = await harness(t, { servers: A });
  const theirs = join(folder, 'docker-compose.mcp.yml');
  writeFileSync(theirs, 'services: {}');
  save({ servers: { ...A, ...BOX } });
  await refresh();
  assert.match(said.join(), /was not written by Hive/);
  assert.deepEqual(names(), ['a']);
  assert.equal(readFileSync(theirs, 'utf8'), 'services: {}');
});

test('a refused edit must stand in the troubles with its line and its time, until a good one', async (t) => {
  const { stack, refresh, file, save } = await harness(t, { servers: A });
  writeFileSync(file, 'servers:\n  a: { url: 1 }\n');
  const before = Date.now();
  await refresh();
  const [first] = stack.troubles;
  assert.deepEqual([first?.about, first?.code, first?.place?.line], ['edit', 'CONFIG_INVALID', 2]);
  assert.ok(first && first.since >= before && first.since <= Date.now());
  await sleep(SETTLED_MS);
  writeFileSync(file, 'servers: [');
  await refresh();
  assert.equal(stack.troubles[0]?.since, first.since);
  save({ servers: A });
  await refresh();
  assert.deepEqual(stack.troubles, []);
});

test('the compiled file must leave its old path with `composeFile`, unless somebody has changed it', async (t) => {
  const { stack, refresh, folder, save } = await harness(t, { servers: BOX });
  const at = (name: string): string => join(folder, name);
  await stack.writeFiles();
  for (const [before, after] of [
    ['docker-compose.mcp.yml', 'one.yml'],
    ['one.yml', 'below/two.yml'],
  ] as const) {
    await sleep(SETTLED_MS);
    save({ composeFile: after, servers: BOX });
    await refresh();
    assert.ok(existsSync(at(after)), after);
    assert.ok(!existsSync(at(before)), before);
  }
  writeFileSync(at('below/two.yml'), `${readFileSync(at('below/two.yml'), 'utf8')}# mine\n`);
  await sleep(SETTLED_MS);
  save({ composeFile: 'three.yml', servers: BOX });
  await refresh();
  assert.ok(existsSync(at('below/two.yml')));
});

test('a compiled file of another config must stay', async (t) => {
  const { stack, folder } = await harness(t, { servers: BOX, composeFile: 'mine.yml' });
  const theirs = join(folder, 'docker-compose.mcp.yml');
  const other = await harness(t, { servers: BOX });
  await other.stack.writeFiles();
  cpSync(join(other.folder, 'docker-compose.mcp.yml'), theirs);
  // The header names the config relative to the file: in this folder, a file of the same name.
  writeFileSync(theirs, readFileSync(theirs, 'utf8').replaceAll('hive.yaml', 'other.yaml'));
  await stack.writeFiles();
  assert.ok(existsSync(theirs));
});

test('a compiled file that cannot be kept must stand in the troubles until it can', async (t) => {
  const { stack, folder, said } = await harness(t, { servers: BOX });
  const compiled = join(folder, 'docker-compose.mcp.yml');
  mkdirSync(compiled);
  await stack.keepFiles();
  assert.deepEqual(
    stack.troubles.map(({ about, code }) => [about, code]),
    [['compiled', 'CONFIG_INVALID']],
  );
  assert.ok(stack.lacksCompiledFile);
  rmSync(compiled, { recursive: true });
  await stack.keepFiles();
  assert.deepEqual(stack.troubles, []);
  assert.match(readFileSync(compiled, 'utf8'), /some\/image/);
  assert.match(said.join(), /it is a folder, not a regular file.*the compiled file is written again/s);
});

test('without watch, edits of the file, of what it includes and of .env must wait until they are asked for', async (t) => {
  const { stack, refresh, names, folder, save } = await harness(t, {}, false);
  const watcher = stack.watch(() => assert.fail('nobody follows edits'));
  t.after(() => watcher.close());
  const before = stack.desired;
  writeFileSync(join(folder, 'more.yaml'), JSON.stringify({ servers: A }));
  writeFileSync(join(folder, '.env'), 'NEW=1');
  save({ include: ['more.yaml'] });
  await sleep(SETTLED_MS);
  assert.equal(await refresh(), '');
  assert.equal(stack.desired, before);
  stack.expectEdit();
  assert.match(await refresh(), / read: a added$/);
  assert.deepEqual(names(), ['a']);
});

test('without watch, a bad edit that is asked for must change nothing, and be mended by the next', async (t) => {
  const { stack, refresh, names, save } = await harness(t, { servers: A }, false);
  save({ servers: 7 });
  stack.expectEdit();
  await refresh();
  assert.deepEqual([names(), stack.troubles.map(({ about }) => about)], [['a'], ['edit']]);
  save({ servers: A });
  await refresh();
  assert.equal(stack.troubles.length, 1);
  stack.expectEdit();
  await refresh();
  assert.deepEqual(stack.troubles, []);
});

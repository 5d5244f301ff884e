/** Servers that are added to a gateway that runs: the real spine, and real processes. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { addedPath } from '../../src/added/added-file.ts';
import { startGateway } from '../../src/gateway.ts';
import type { AddedServer, PutOptions } from '../../src/model/added/added.ts';
import type { ServerStatus } from '../../src/model/status.ts';
import { type StackFolder, settingsOf, stackFolder } from '../helpers/stack-folder.ts';

const SERVERS = new URL('../servers/', import.meta.url).pathname;
const WAIT_MS = 30_000;

const run = (name: string, ...args: string[]) => ({
  command: process.execPath,
  args: [join(SERVERS, name), ...args],
});
const added = (serverName: string, entry: object = run('echo.mjs')): AddedServer => ({
  serverName,
  entry: { ...entry },
  facts: { source: 'test/x', parameters: { a: 1 }, by: 'local', since: '2026-11-29T00:00:00Z' },
});

async function start(t: TestContext, place: StackFolder) {
  const gateway = await startGateway(await settingsOf(place));
  t.after(() => gateway.close());
  const { control } = gateway;
  const options = (more: Partial<PutOptions> = {}): PutOptions => ({
    signal: new AbortController().signal,
    progress: () => {},
    waitMs: WAIT_MS,
    ...more,
  });
  const shown = (name: string): ServerStatus | undefined =>
    control.status().servers.find(({ serverName }) => serverName === name);
  /** Resolves when the status is as wanted; else the test times out. */
  const until = (isIt: () => boolean): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = control.onStatus(() => isIt() && resolve());
    if (isIt()) resolve();
    return promise.finally(stop);
  };
  const put = (server: AddedServer, more?: Partial<PutOptions>) => control.added.put(server, options(more));
  return { gateway, control, put, shown, until };
}

const textOf = ({ state }: StackFolder): string =>
  existsSync(addedPath(state.path)) ? readFileSync(addedPath(state.path), 'utf8') : '';

test('an added server is ready, listed and kept; its removal leaves nothing', async (t) => {
  const place = stackFolder(t);
  const { control, put, shown } = await start(t, place);
  assert.equal(await put(added('one')), 'ready');
  assert.equal(shown('one')?.state, 'ready');
  assert.deepEqual(control.added.all(), [added('one')]);
  assert.match(textOf(place), /^ {2}one:$/m);
  const pid = shown('one')?.pid ?? 0;
  assert.deepEqual(await control.added.remove(['one', 'other']), ['one']);
  assert.equal(shown('one'), undefined);
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  assert.equal(textOf(place), '');
});

test('a server that fails to start is taken back, with the reason', async (t) => {
  const place = stackFolder(t);
  const { control, put, shown } = await start(t, place);
  await assert.rejects(put(added('bad', run('crash-on-start.mjs'))), {
    code: 'SERVER_EXITED',
    message: /DATABASE_URL is not set/,
  });
  assert.deepEqual([control.added.all(), shown('bad'), textOf(place)], [[], undefined, '']);
});

test('a change that fails to start leaves the old version serving, in the same process', async (t) => {
  const place = stackFolder(t);
  const { control, put, shown, until } = await start(t, place);
  await put(added('one'));
  const before = textOf(place);
  const { pid } = shown('one') ?? {};
  await assert.rejects(put(added('one', run('crash-on-start.mjs'))), { code: 'SERVER_EXITED' });
  await until(() => shown('one')?.reason === undefined);
  assert.deepEqual([shown('one')?.state, shown('one')?.pid, textOf(place)], ['ready', pid, before]);
  assert.deepEqual(control.added.all(), [added('one')]);
});

test('a change replaces the process, and the same entry again does not', async (t) => {
  const { put, shown } = await start(t, stackFolder(t));
  await put(added('one'));
  const first = shown('one')?.pid;
  assert.equal(await put(added('one')), 'ready');
  assert.equal(shown('one')?.pid, first);
  assert.equal(await put(added('one', run('echo.mjs', 'other'))), 'ready');
  assert.notEqual(shown('one')?.pid, first);
});

test('a new view of a running server needs no new process', async (t) => {
  const { put, shown } = await start(t, stackFolder(t));
  await put(added('one'));
  const { pid } = shown('one') ?? {};
  assert.equal(await put(added('one', { ...run('echo.mjs'), prefix: 'p' })), 'ready');
  assert.deepEqual([shown('one')?.pid, shown('one')?.prefix], [pid, 'p']);
});

test('an abort takes back a server that is not ready', async (t) => {
  const place = stackFolder(t);
  const { put, shown, until } = await start(t, place);
  const abort = new AbortController();
  const result = put(added('slow', run('never-answers.mjs')), { signal: abort.signal });
  const rejected = assert.rejects(result, /enough/);
  await until(() => shown('slow')?.state === 'starting');
  abort.abort(new Error('enough'));
  await rejected;
  assert.deepEqual([shown('slow'), textOf(place)], [undefined, '']);
});

test('a server that is not ready in time stays, and is starting', async (t) => {
  const { put, shown } = await start(t, stackFolder(t));
  assert.equal(await put(added('slow', run('never-answers.mjs')), { waitMs: 1 }), 'starting');
  assert.ok(shown('slow'));
});

test('changes of one name wait for each other', async (t) => {
  const { control, put } = await start(t, stackFolder(t));
  const results = await Promise.all([
    put(added('one', run('echo.mjs', '1'))),
    put(added('one', run('echo.mjs', '2'))),
    put(added('two')),
    control.added.remove(['two']),
  ]);
  assert.deepEqual(results, ['ready', 'ready', 'ready', ['two']]);
  assert.deepEqual(control.added.all(), [added('one', run('echo.mjs', '2'))]);
});

const REFUSED: Readonly<Record<string, readonly [AddedServer, object]>> = {
  'a name of the file': [added('mine'), { code: 'SERVER_DECLARED' }],
  'a name that the file has switched off': [added('off'), { code: 'SERVER_DECLARED' }],
  'an entry with an unknown key': [added('a', { comand: 'x' }), { code: 'CONFIG_INVALID' }],
  'a name that no server can have': [added('a b'), { code: 'CONFIG_INVALID' }],
  'a variable without a value': [
    added('a', { ...run('echo.mjs'), env: { KEY: '${NO_SUCH_KEY_HERE}' } }),
    { code: 'VARIABLE_UNSET', message: /NO_SUCH_KEY_HERE/ },
  ],
  'a secret that Hive does not keep': [
    added('a', { ...run('echo.mjs'), env: { KEY: '${secret:NO_SUCH_SECRET}' } }),
    {
      code: 'VARIABLE_UNSET',
      message: /^the secret NO_SUCH_SECRET is not set/,
      hint: /hive secret set NO_SUCH_SECRET$/,
    },
  ],
  'a container without an engine': [added('a', { image: 'x' }), { code: 'ENGINE_MISSING' }],
};

for (const [what, [server, error]] of Object.entries(REFUSED))
  test(`${what} is refused, and nothing is written`, async (t) => {
    const place = stackFolder(t, {
      servers: { mine: run('echo.mjs'), off: { ...run('echo.mjs'), enabled: false } },
    });
    const { control, put } = await start(t, place);
    await assert.rejects(put(server), error);
    await assert.rejects(control.added.plan(server), error);
    assert.equal(textOf(place), '');
  });

test('a plan changes nothing, and says what would be done', async (t) => {
  const place = stackFolder(t);
  const { control } = await start(t, place);
  assert.match(await control.added.plan(added('one')), /^\+ connect +one {2}not running/);
  assert.equal(textOf(place), '');
});

test('added servers survive the gateway, and what it had not seen ready is gone on with', async (t) => {
  const place = stackFolder(t);
  const first = await start(t, place);
  await first.put(added('one'));
  const abandoned = [
    assert.rejects(first.put(added('slow', run('never-answers.mjs'))), { code: 'NOT_RUNNING' }),
  ];
  await first.until(() => first.shown('slow')?.state === 'starting');
  await first.gateway.close();
  await Promise.all(abandoned);
  const text = textOf(place);
  assert.match(text, /unproven/);
  // As an edit would be: it fails, or comes up, at the next start.
  const fixed = text.replace('never-answers.mjs', 'echo.mjs');
  writeFileSync(addedPath(place.state.path), fixed);
  const second = await start(t, place);
  await second.until(() => second.shown('one')?.state === 'ready' && second.shown('slow')?.state === 'ready');
  await second.until(() => !textOf(place).includes('unproven'));
  await second.gateway.close();
  writeFileSync(addedPath(place.state.path), text.replace('never-answers.mjs', 'crash-on-start.mjs'));
  const third = await start(t, place);
  await third.until(() => third.shown('slow') === undefined && third.shown('one')?.state === 'ready');
  assert.doesNotMatch(textOf(place), /slow/);
});

test('a damaged file is kept aside, and stops no server', async (t) => {
  const place = stackFolder(t, { servers: { mine: run('echo.mjs') } });
  writeFileSync(addedPath(place.state.path), 'servers: [');
  const { put, shown, until } = await start(t, place);
  await until(() => shown('mine')?.state === 'ready');
  assert.equal(await put(added('one')), 'ready');
  assert.equal(readFileSync(`${addedPath(place.state.path)}.bak`, 'utf8'), 'servers: [');
  assert.match(textOf(place), /one:/);
});

test('an edit that declares an added name is served by the entry of the file', async (t) => {
  const place = stackFolder(t);
  const { control, put, shown, until } = await start(t, place);
  await put(added('one'));
  const { pid } = shown('one') ?? {};
  place.save({ servers: { one: run('echo.mjs') } });
  await until(() => (control.status().waiting ?? []).length > 0);
  assert.deepEqual([shown('one')?.state, shown('one')?.pid], ['ready', pid]);
  assert.deepEqual(await control.added.remove(['one']), ['one']);
  assert.deepEqual([shown('one')?.pid, control.status().waiting], [pid, undefined]);
});

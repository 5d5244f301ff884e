import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findMarked, SERVER_VARIABLE } from '../../../src/runtime/links/processes.ts';
import { connectUpstream } from '../../../src/runtime/upstream/connect-upstream.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { eventually } from '../../helpers/tools.ts';
import { connect, HELLO, listen, opener, realClock, script, type Told } from './harness.ts';

const timeouts = { start: 700, call: 1_000, callMax: 60_000 };

test('every declared list must be read to its last page, with definitions as the server wrote them', async () => {
  const { upstream } = await connect('paginates');
  const { inventory } = upstream;
  assert.equal(inventory.protocolVersion, '2024-11-05');
  assert.equal(inventory.serverInfo, '{"name":"paginates","version":"1","extra":[1,2]}');
  assert.equal(inventory.instructions, 'Be kind.');
  const keys = (prefix: string, suffix = ''): string[] =>
    Array.from({ length: 8 }, (_, i) => prefix + i + suffix);
  assert.deepEqual(
    inventory.tools.map(({ key }) => key),
    keys('t'),
  );
  assert.deepEqual(
    inventory.resources.map(({ key }) => key),
    keys('r://'),
  );
  assert.deepEqual(
    inventory.templates.map(({ key }) => key),
    keys('r://', '/{id}'),
  );
  assert.deepEqual(
    inventory.prompts.map(({ key }) => key),
    keys('p'),
  );
  assert.equal(inventory.tools[3]?.json, '{"name":"t3","vendor":{"x":1},"inputSchema":{"type":"object"}}');
  await upstream.close(1_000);
});

test('a connection for calls alone must not read lists, which another has read', async () => {
  const { upstream } = await connect('paginates', { callsOnly: true });
  assert.equal(upstream.inventory.serverInfo, '{"name":"paginates","version":"1","extra":[1,2]}');
  assert.deepEqual(upstream.inventory.tools, []);
  assert.equal((await upstream.call({ method: 'ping' }).reply).kind, 'result');
  await upstream.close(1_000);
});

/**
 * True if the server has printed the text that its error must quote; without such a text it exits by itself.
 */
type Printed = (told: Told) => boolean;

const failures: [server: string, code: string, message: RegExp, hint: RegExp, printed?: Printed][] = [
  [
    'crash-on-start',
    'SERVER_EXITED',
    /exited with code 3 while waiting for .*\n.*reading config\n.*DATABASE_URL is not set\n.*starting up/s,
    /hive logs crash-on-start/,
  ],
  [
    'garbage-on-stdout',
    'SERVER_GARBAGE',
    /something other than MCP messages\n.*tick <html>/s,
    /stdio mode/,
    ({ noise }) => noise.length > 0,
  ],
  [
    'never-answers',
    'SERVER_TIMEOUT',
    /within 700 ms \(waiting for initialize\)\n.*waiting for the database/s,
    /timeouts\.start/,
    ({ stderr }) => stderr.length > 0,
  ],
];
for (const [server, code, message, hint, printed] of failures) {
  test(`${server} must fail its start as ${code}, with its output and the fix, and leave nothing`, async () => {
    const serverName = `${server}-${process.pid}`;
    const { told, handlers } = listen();
    const clock = fakeClock(0);
    const open = opener(server, serverName);
    const connecting = connectUpstream({ serverName, open, timeouts, clock, ...handlers });
    const failed = assert.rejects(connecting, (error: Error & { code: string; hint: string }) => {
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.match(error.hint, hint);
      return true;
    });
    if (printed) {
      await told.until(() => printed(told));
      // Silence on the probe brings `initialize`, for which the start then fails.
      clock.advance(timeouts.start / 4);
      await new Promise(setImmediate);
      clock.advance(timeouts.start);
    }
    await failed;
    assert.deepEqual(findMarked(SERVER_VARIABLE, serverName), []);
  });
}

test('an aborted start must end immediately and leave nothing', async () => {
  const serverName = `given-up-${process.pid}`;
  const open = opener('never-answers', serverName);
  const controller = new AbortController();
  const connecting = connect(serverName, { open, clock: fakeClock(0), signal: controller.signal });
  controller.abort();
  await assert.rejects(connecting, /given up/);
  await assert.rejects(connect(serverName, { open, signal: AbortSignal.abort() }), /given up/);
  await eventually('its process is gone', () => findMarked(SERVER_VARIABLE, serverName).length === 0);
});

test('an error of opening must be the error of the start', async () => {
  const boom = new Error('no such thing');
  await assert.rejects(connect('x', { open: () => Promise.reject(boom) }), boom);
});

const refusals: [name: string, answers: Parameters<typeof script>[0], code: string, message: RegExp][] = [
  [
    'an error to initialize',
    { initialize: () => ({ error: { code: -32000, message: 'licence expired' } }) },
    'SERVER_REFUSED',
    /refused initialize: licence expired/,
  ],
  [
    'a version without initialize',
    { initialize: () => ({ result: { protocolVersion: '2026-07-28' } }) },
    'SERVER_REFUSED',
    /2026-07-28/,
  ],
  ['no version', { initialize: () => ({ result: {} }) }, 'SERVER_GARBAGE', /\{\}/],
  [
    'an error to tools/list',
    { ...HELLO, 'tools/list': () => ({ error: { code: -32603, message: 'db down' } }) },
    'SERVER_REFUSED',
    /tools\/list: db down/,
  ],
];
for (const [name, answers, code, message] of refusals) {
  test(`${name} must fail the start as ${code}`, async () => {
    await assert.rejects(connect('s', { open: script(answers).open }), { code, message });
  });
}

test('the start timeout must name the answer that it waited for', async () => {
  const clock = fakeClock(0);
  const { open, sent } = script({ initialize: HELLO.initialize });
  const connecting = connect('s', { open, clock });
  while (sent.at(-1)?.method !== 'tools/list') await new Promise(setImmediate);
  clock.advance(10_000);
  await assert.rejects(connecting, { code: 'SERVER_TIMEOUT', message: /waiting for tools\/list/ });
});

test('initialize must not be cancelled, however long it takes', async () => {
  const clock = fakeClock(0);
  const { open, sent } = script({});
  const connecting = connect('s', { open, clock });
  while (sent.at(-1)?.method !== 'initialize') await new Promise(setImmediate);
  const { id } = sent.at(-1) ?? {};
  clock.advance(10_000);
  await assert.rejects(connecting, { code: 'SERVER_TIMEOUT', message: /waiting for initialize/ });
  const withdrawn = sent.filter(({ method }) => method === 'notifications/cancelled');
  assert.ok(withdrawn.every(({ params }) => params?.requestId !== id));
});

test('the handshake must follow the protocol', async () => {
  const { open, sent } = script(HELLO);
  const { upstream } = await connect('s', { open });
  assert.deepEqual(
    sent.map(({ method }) => method),
    ['server/discover', 'initialize', 'notifications/initialized', 'tools/list'],
  );
  assert.equal(sent[1]?.params?.protocolVersion, '2025-11-25');
  assert.deepEqual(sent[1]?.params?.capabilities, {});
  await upstream.close(0);
});

test('a declared list without its method must be empty; endless lists and duplicates must be cut', async () => {
  const { told, handlers } = listen();
  const { open, sent } = script({
    initialize: () => ({
      result: { protocolVersion: '2025-03-26', capabilities: { tools: {}, prompts: {} }, serverInfo: {} },
    }),
    'tools/list': () => ({
      result: { tools: [{ name: 'a' }, { name: 'a' }, { title: 'none' }], nextCursor: 'again' },
    }),
    'prompts/list': () => ({ error: { code: -32601, message: 'Method not found' } }),
  });
  const upstream = await connectUpstream({ serverName: 's', open, timeouts, clock: realClock, ...handlers });
  assert.deepEqual(upstream.inventory.tools, [
    { key: 'a', json: '{"name":"a","inputSchema":{"type":"object"}}' },
  ]);
  assert.deepEqual(upstream.inventory.prompts, []);
  assert.equal(sent.filter(({ method }) => method === 'tools/list').length, 2);
  const notes = told.noise.map(([text]) => text).join('\n');
  for (const note of [
    /a occurs twice/,
    /without name/,
    /cursor "again" a second time/,
    /prompts\/list failed/,
  ])
    assert.match(notes, note);
  await upstream.close(0);
});

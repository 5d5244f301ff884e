import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { z } from 'zod';
import { listenControl, longestPath } from '../../../src/edge/control/socket.ts';
import { GatewayError } from '../../../src/errors.ts';
import { searchMemory } from '../../../src/logs/memory-search.ts';
import type { GatewayControl } from '../../../src/model/operator.ts';
import type { LogEntry, ServerStatus } from '../../../src/model/status.ts';
import { type CallRecord, newest } from '../../../src/model/watch/call-record.ts';
import { operation } from '../../../src/operations/operation.ts';
import { createRunner } from '../../../src/tools/runner.ts';
import { callOf } from '../../helpers/call-record.ts';
import { status } from '../harness.ts';

test('the longest path of a socket must be that of the system', () => {
  assert.equal(longestPath('linux'), 107);
  assert.equal(longestPath('darwin'), 103);
});

const entry = (serverName: string, text: string): LogEntry => ({ at: 1, serverName, stream: 'stderr', text });

const greet = operation({
  name: 'greet',
  title: 'Greet',
  summary: 'Greets somebody.',
  effect: 'read',
  input: z.strictObject({ name: z.string() }),
  output: z.object({ greeting: z.string() }),
  run({ name }, { caller }) {
    if (name === 'nobody') throw new GatewayError('SERVER_UNKNOWN', 'there is nobody');
    return { greeting: `hello ${name} from ${caller.principal}` };
  },
  text: ({ greeting }) => greeting,
});

const CAPTURE = { servers: ['a'], until: 9, calls: 1, bytes: 2 };
const TEXTS = { request: '{}', requestLeftOut: 0, reply: '[]', replyLeftOut: 3 };

/** A gateway that is all memory. */
function fakeControl() {
  const done: string[] = [];
  const [logListeners, statusListeners] = [new Set<(entry: LogEntry) => void>(), new Set<() => void>()];
  const callListeners = new Set<(call: CallRecord) => void>();
  const kept = [callOf({ seq: 1, server: 'a' }), callOf({ seq: 2, server: 'b', outcome: 'lost' })];
  const entries = [entry('a', 'one'), entry('b', 'two')];
  let servers: ServerStatus[] = [status('a'), status('b')];
  const subscribe =
    <T>(set: Set<T>) =>
    (listener: T) => {
      set.add(listener);
      return () => void set.delete(listener);
    };
  const control: GatewayControl = {
    status: () => ({
      stack: 'x',
      file: '/x.yaml',
      url: 'u',
      pid: 42,
      engine: 'ready',
      sessions: 0,
      servers,
      troubles: [],
      ignored: [],
      keptOut: [],
    }),
    history: (serverName) =>
      entries.filter((entry) => serverName === undefined || entry.serverName === serverName),
    logs: (serverName) =>
      entries.filter((entry) => serverName === undefined || entry.serverName === serverName),
    searchLogs: async (request) => searchMemory(entries, request, 0),
    onLog: subscribe(logListeners),
    onStatus: subscribe(statusListeners),
    calls: (filter = {}, tail = 10) => newest(kept, filter, tail),
    onCall: subscribe(callListeners),
    plan: async () => '+ create  a  not found',
    refresh: async () => '+ create  a  its image has changed',
    capture: { state: () => undefined, start: () => CAPTURE, stop: () => CAPTURE, of: () => TEXTS },
    usage: async () => ({ usages: new Map(), calls: new Map() }),
    series: async () => ({ from: 0, stepMs: 1_000, series: [] }),
    added: { all: () => [], put: async () => 'ready', remove: async () => [], plan: async () => '' },
    localToken: () => 'local',
    stopServer: () => {},
    startServer: async () => {},
    restartServer: async () => {},
    async restart(serverName) {
      if (serverName === 'b')
        throw new GatewayError('START_FAILED', 'b exits at once', { hint: 'look at its log' });
      done.push(`restart ${serverName}`);
    },
    async stop() {
      done.push('stop');
    },
    operations: async () => createRunner([greet]),
  };
  return {
    control,
    done,
    end: (call: CallRecord) => callListeners.forEach((listener) => void listener(call)),
    log: (entry: LogEntry) => logListeners.forEach((listener) => void listener(entry)),
    setServers(next: ServerStatus[]) {
      servers = next;
      for (const listener of statusListeners) listener();
    },
    listeners: () => logListeners.size + statusListeners.size + callListeners.size,
  };
}

async function startSocket(t: TestContext) {
  const path = socketPath(t);
  const fake = fakeControl();
  const socket = await listenControl(path, fake.control);
  t.after(() => socket.close());
  return { ...fake, path, socket };
}

function socketPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hive-socket-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'control.sock');
}

function ask(
  socketPath: string,
  path: string,
  method = 'GET',
  { body, accept = '*/*' }: { body?: string; accept?: string } = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, method, headers: { accept } }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, text });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

async function openLines(socketPath: string, path: string) {
  const response = await new Promise<import('node:http').IncomingMessage>((resolve) =>
    request({ socketPath, path }, resolve).end(),
  );
  const lines = createInterface({ input: response })[Symbol.asyncIterator]();
  return {
    next: async () => JSON.parse(String((await lines.next()).value)),
    close: () => response.destroy(),
  };
}

test('status, plan, restart and stop are passed on', async (t) => {
  const { path, done, control } = await startSocket(t);
  assert.deepEqual(
    JSON.parse((await ask(path, '/status')).text),
    JSON.parse(JSON.stringify(control.status())),
  );
  assert.deepEqual(JSON.parse((await ask(path, '/plan')).text), { plan: '+ create  a  not found' });
  assert.equal((await ask(path, '/restart/a', 'POST')).status, 200);
  assert.equal((await ask(path, '/stop', 'POST')).status, 200);
  while (done.length < 2) await new Promise(setImmediate);
  assert.deepEqual(done, ['restart a', 'stop']);
});

test('failures come as code, message and hint', async (t) => {
  const { path } = await startSocket(t);
  const unknown = await ask(path, '/restart/nobody', 'POST');
  assert.equal(unknown.status, 404);
  assert.deepEqual(JSON.parse(unknown.text), {
    code: 'SERVER_UNKNOWN',
    message: 'there is no server nobody',
    hint: 'known servers: a, b',
  });
  const failed = await ask(path, '/restart/b', 'POST');
  assert.equal(failed.status, 500);
  assert.deepEqual(JSON.parse(failed.text), {
    code: 'START_FAILED',
    message: 'b exits at once',
    hint: 'look at its log',
  });
  assert.equal((await ask(path, '/logs?server=a&server=nobody')).status, 404);
  assert.equal((await ask(path, '/nothing')).status, 404);
  assert.equal((await ask(path, '/stop')).status, 404);
});

test('operations are listed and run, with JSON or a short text', async (t) => {
  const { path } = await startSocket(t);
  const { operations } = JSON.parse((await ask(path, '/api')).text);
  assert.deepEqual(
    operations.map(({ name, effect }: Record<string, string>) => [name, effect]),
    [['greet', 'read']],
  );
  const body = '{"name":"ann"}';
  assert.deepEqual(await ask(path, '/api/greet', 'POST', { body }), {
    status: 200,
    text: '{"greeting":"hello ann from local"}',
  });
  const text = await ask(path, '/api/greet', 'POST', { body, accept: 'text/plain' });
  assert.equal(text.text, 'hello ann from local\n');
});

for (const [what, name, body, status, code] of [
  ['an unknown operation', 'nothing', '{}', 400, 'USAGE'],
  ['a missing argument', 'greet', '', 400, 'USAGE'],
  ['a body that is no JSON', 'greet', '{', 400, 'USAGE'],
  [
    'a body that is too large',
    'greet',
    JSON.stringify({ name: 'x'.repeat(1 << 20) }),
    413,
    'MESSAGE_TOO_LARGE',
  ],
  ['a failure', 'greet', '{"name":"nobody"}', 404, 'SERVER_UNKNOWN'],
] as const)
  test(`${what} must be an error of an operation with its code`, async (t) => {
    const { path } = await startSocket(t);
    const answer = await ask(path, `/api/${name}`, 'POST', { body });
    assert.deepEqual([answer.status, JSON.parse(answer.text).code], [status, code]);
  });

test('logs come as lines, of one server or all, and go on when followed', async (t) => {
  const { path, log, listeners } = await startSocket(t);
  const lines = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).text);
  assert.deepEqual(lines((await ask(path, '/logs')).text), ['one', 'two']);
  assert.deepEqual(lines((await ask(path, '/logs?server=b')).text), ['two']);
  assert.deepEqual(lines((await ask(path, '/logs?server=a&server=b')).text), ['one', 'two']);
  assert.deepEqual(lines((await ask(path, '/logs?tail=1')).text), ['two']);
  assert.equal((await ask(path, '/logs?tail=0')).text, '');
  assert.equal((await ask(path, '/logs?since=2')).text, '');
  const followed = await openLines(path, '/logs?server=a&follow=1');
  assert.equal((await followed.next()).text, 'one');
  log(entry('b', 'not asked for'));
  log(entry('a', 'three\nlines'));
  assert.equal((await followed.next()).text, 'three\nlines');
  followed.close();
  while (listeners() > 0) await new Promise(setImmediate);
});

test('calls come as lines, filtered, and go on when followed', async (t) => {
  const { path, end, listeners } = await startSocket(t);
  const seqs = (text: string) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line).seq);
  assert.deepEqual(seqs((await ask(path, '/calls')).text), [1, 2]);
  assert.deepEqual(seqs((await ask(path, '/calls?server=a')).text), [1]);
  assert.deepEqual(seqs((await ask(path, '/calls?outcome=failed')).text), [2]);
  assert.deepEqual(seqs((await ask(path, '/calls?tail=1')).text), [2]);
  assert.equal((await ask(path, '/calls?server=nobody')).status, 404);
  const followed = await openLines(path, '/calls?server=b&tail=0&tool=t&follow=1');
  while (listeners() === 0) await new Promise(setImmediate);
  end(callOf({ seq: 3, server: 'a', target: 't' }));
  end(callOf({ seq: 4, server: 'b', target: 'other' }));
  end(callOf({ seq: 5, server: 'b', target: 't' }));
  assert.equal((await followed.next()).seq, 5);
  followed.close();
  while (listeners() > 0) await new Promise(setImmediate);
});

test('texts of calls come only if they are asked for, and of one call alone', async (t) => {
  const { path, end, listeners } = await startSocket(t);
  const parsed = async (query: string) =>
    (await ask(path, `/calls?${query}`)).text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  assert.ok((await parsed('')).every((call) => !('request' in call)));
  assert.deepEqual(
    (await parsed('show=1&seq=2')).map(({ seq, request, reply }) => [seq, request, reply]),
    [[2, '{}', '[]']],
  );
  const followed = await openLines(path, '/calls?tail=1&show=1&follow=1');
  assert.equal((await followed.next()).reply, '[]');
  while (listeners() === 0) await new Promise(setImmediate);
  end(callOf({ seq: 3 }));
  assert.equal((await followed.next()).reply, '[]');
  followed.close();
});

test('a capture is begun for servers that are known, asked for and ended', async (t) => {
  const { path } = await startSocket(t);
  assert.equal((await ask(path, '/capture')).text, 'null');
  assert.deepEqual(JSON.parse((await ask(path, '/capture/on?for=1&server=a', 'POST')).text), CAPTURE);
  assert.equal((await ask(path, '/capture/on?for=1&server=nobody', 'POST')).status, 404);
  assert.deepEqual(JSON.parse((await ask(path, '/capture/off', 'POST')).text), CAPTURE);
});

test('events tell the status at once and on every change', async (t) => {
  const { path, setServers, listeners } = await startSocket(t);
  const events = await openLines(path, '/events');
  assert.equal((await events.next()).servers.length, 2);
  setServers([status('a', { state: 'failed' })]);
  assert.deepEqual(
    (await events.next()).servers.map((server: ServerStatus) => server.state),
    ['failed'],
  );
  events.close();
  while (listeners() > 0) await new Promise(setImmediate);
});

test('only this user may open the socket, and closing removes it', async (t) => {
  const { path, socket } = await startSocket(t);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const open = await openLines(path, '/events');
  await open.next();
  await socket.close();
  assert.ok(!existsSync(path));
});

test('a live gateway’s socket is not taken from it', async (t) => {
  const { path } = await startSocket(t);
  await assert.rejects(listenControl(path, fakeControl().control), (error: GatewayError) => {
    assert.equal(error.code, 'ALREADY_RUNNING');
    assert.match(error.message, /already running \(pid 42\)/);
    return true;
  });
  assert.equal((await ask(path, '/status')).status, 200);
});

test('a dead gateway’s socket is replaced', async (t) => {
  const path = socketPath(t);
  const die = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', die]);
  assert.ok(existsSync(path));
  const socket = await listenControl(path, fakeControl().control);
  assert.equal((await ask(path, '/status')).status, 200);
  await socket.close();
});

test('a starting gateway must be waited for, and then be named', async (t) => {
  const path = socketPath(t);
  const ready = Promise.withResolvers<GatewayControl>();
  const socket = await listenControl(path, ready.promise);
  t.after(() => socket.close());
  const loser = listenControl(path, fakeControl().control);
  ready.resolve(fakeControl().control);
  await assert.rejects(loser, { code: 'ALREADY_RUNNING', message: /already running \(pid 42\)/ });
});

test('the removal of a socket that a live process holds must never be advised', async (t) => {
  const path = socketPath(t);
  const silent = createServer().listen(path);
  t.after(() => silent.close());
  silent.on('connection', (connection) => t.after(() => connection.destroy()));
  await once(silent, 'listening');
  await assert.rejects(listenControl(path, fakeControl().control, 50), (error: GatewayError) => {
    assert.equal(error.code, 'ALREADY_RUNNING');
    assert.doesNotMatch(`${error.message} ${error.hint}`, /remove/);
    return true;
  });
  assert.ok(existsSync(path));
});

test('a file that is no socket is left alone', async (t) => {
  const path = socketPath(t);
  writeFileSync(path, 'precious');
  await assert.rejects(listenControl(path, fakeControl().control), { code: 'ALREADY_RUNNING' });
  assert.equal(statSync(path).size, 8);
});

test('a path that is too long or not there is told clearly', async (t) => {
  const path = socketPath(t);
  await assert.rejects(
    listenControl(`${path}${'x'.repeat(108)}`, fakeControl().control),
    (error: GatewayError) => {
      assert.equal(error.code, 'CONFIG_INVALID');
      assert.match(error.message, /bytes long, and the system takes 107/);
      return true;
    },
  );
  await assert.rejects(listenControl(join(path, 'missing/x.sock'), fakeControl().control), {
    code: 'STATE_FAILED',
  });
});

test('the socket of a gateway that is about to end must be taken when it has ended', async (t) => {
  const path = socketPath(t);
  const ending = createServer((connection) => connection.destroy()).listen(path);
  await once(ending, 'listening');
  setTimeout(() => ending.close(), 120);
  const socket = await listenControl(path, fakeControl().control);
  assert.equal((await ask(path, '/status')).status, 200);
  await socket.close();
});

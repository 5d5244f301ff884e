import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { jsonText } from '../../../src/model/text/json.ts';
import { located, named } from '../../catalog/fixtures.ts';
import { bytesHeld } from '../../helpers/bytes-held.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import {
  openEvents,
  openRaw,
  openSession,
  POST_HEADERS,
  post,
  readAll,
  send,
  source,
  startEdge,
} from '../harness.ts';

const changed = (list: string) => `{"jsonrpc":"2.0","method":"notifications/${list}/list_changed"}`;
const log = (serverName: string, level: string, text = 'x') => ({
  serverName,
  method: 'notifications/message',
  params: jsonText(`{"level":"${level}","data":"${text}","n":1.0}`),
});
const logged = (level: string, text = 'x') =>
  `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"${level}","data":"${text}","n":1.0}}`;

test('list_changed and log messages must go only to the sessions whose view they concern', async (t) => {
  const [a, b] = [source('a', { tools: named('x') }), source('b', { tools: named('y') })];
  const { url, publish, edge } = await startEdge(t, { sources: [a, b] });
  const streams = await Promise.all(
    [url, `${url}/a`, `${url}/b`].map(async (at) => openEvents(at, { headers: await openSession(at) })),
  );
  publish(a, source('b', { tools: named('y', 'z'), resources: located('x://1') }));
  edge.notify(log('b', 'info', 'of b'));
  edge.notify(log('a', 'info', 'of a'));
  const [all, ofA, ofB] = streams;
  assert.equal(await all?.next(), changed('tools'));
  assert.equal(await all?.next(), changed('resources'));
  assert.equal(await ofB?.next(), changed('tools'));
  assert.equal(await ofB?.next(), changed('resources'));
  assert.equal(await ofB?.next(), logged('info', 'of b'));
  assert.equal(await ofA?.next(), logged('info', 'of a'));
  for (const stream of streams) stream.close();
});

test('publishing the same lists again must notify nobody', async (t) => {
  const { url, publish, edge } = await startEdge(t, { sources: [source('a', { tools: named('x') })] });
  const stream = await openEvents(url, { headers: await openSession(url) });
  publish(source('a', { tools: named('x') }));
  edge.notify(log('a', 'info'));
  assert.equal(await stream.next(), logged('info'));
  stream.close();
});

test('a change without an open stream must be announced once one opens, unless the list was read since', async (t) => {
  const { url, publish, edge } = await startEdge(t);
  const session = await openSession(url);
  publish(source('a', { tools: named('x'), prompts: named('p') }));
  await post(url, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, session);
  const first = await openEvents(url, { headers: session });
  assert.equal(await first.next(), changed('prompts'));
  first.close();
  const second = await openEvents(url, { headers: session });
  edge.notify(log('a', 'info'));
  assert.equal(await second.next(), logged('info'));
  second.close();
});

test('nothing may be sent to a client before it is initialized', async (t) => {
  const { url, publish, edge } = await startEdge(t);
  const opened = await post(url, { jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
  const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  const stream = await openEvents(url, { headers: session });
  publish(source('a', { tools: named('x') }));
  edge.notify(log('a', 'info', 'early'));
  await post(url, { jsonrpc: '2.0', method: 'notifications/initialized' }, session);
  edge.notify(log('a', 'info', 'late'));
  assert.equal(await stream.next(), logged('info', 'late'));
  stream.close();
});

test('a notification of a session’s own process must reach that session alone; without a known recipient, nobody', async (t) => {
  const { url, edge } = await startEdge(t, { sources: [source('a')] });
  const [own, other] = [await openSession(url), await openSession(url)];
  const streams = [await openEvents(url, { headers: own }), await openEvents(url, { headers: other })];
  const method = 'notifications/elicitation/complete';
  const complete = { serverName: 'a', method, params: jsonText('{"elicitationId":"e1"}') };
  edge.notify(complete);
  edge.notify({ ...complete, sessionId: own['mcp-session-id'] });
  edge.notify(log('a', 'info', 'after'));
  const told = `{"jsonrpc":"2.0","method":"${method}","params":{"elicitationId":"e1"}}`;
  assert.equal(await streams[0]?.next(), told);
  assert.equal(await streams[0]?.next(), logged('info', 'after'));
  assert.equal(await streams[1]?.next(), logged('info', 'after'));
  for (const stream of streams) stream.close();
});

test('a log message of a connection that other people have used must reach nobody', async (t) => {
  const digest = (token: string): string => createHash('sha256').update(token).digest('hex');
  const tokens = { ada: digest('hive_ada'), bob: digest('hive_bob') };
  const { url, edge } = await startEdge(t, { sources: [source('a')], auth: () => ({ tokens }) });
  const open = async (token: string) => {
    const authorization = { authorization: `Bearer ${token}` };
    const opened = await post(
      url,
      { jsonrpc: '2.0', id: 0, method: 'initialize', params: {} },
      authorization,
    );
    const headers = { ...authorization, 'mcp-session-id': String(opened.headers['mcp-session-id']) };
    await post(url, { jsonrpc: '2.0', method: 'notifications/initialized' }, headers);
    return openEvents(url, { headers });
  };
  const [ada, bob] = [await open('hive_ada'), await open('hive_bob')];
  const used = (text: string, ...names: (keyof typeof tokens)[]): void =>
    edge.notify({
      ...log('a', 'info', text),
      users: new Set(names.map((name) => `token:${name}:${tokens[name]}`)),
    });
  used('of both', 'ada', 'bob');
  used('of ada', 'ada');
  used('of bob', 'bob');
  used('of nobody');
  assert.equal(await ada.next(), logged('info', 'of ada'));
  assert.equal(await ada.next(), logged('info', 'of nobody'));
  assert.equal(await bob.next(), logged('info', 'of bob'));
  assert.equal(await bob.next(), logged('info', 'of nobody'));
  for (const stream of [ada, bob]) stream.close();
});

test('without authentication, the commands of the user and other clients must get the same log messages', async (t) => {
  const { url, edge } = await startEdge(t, { sources: [source('a')] });
  const stream = await openEvents(url, { headers: await openSession(url) });
  edge.notify({ ...log('a', 'info', 'x'), users: new Set(['', 'local']) });
  assert.equal(await stream.next(), logged('info', 'x'));
  stream.close();
});

test('a session may have several streams, and each message must go out on exactly one', async (t) => {
  const { url, edge } = await startEdge(t, { sources: [source('a')] });
  const session = await openSession(url);
  const older = await openEvents(url, { headers: session });
  const newer = await openEvents(url, { headers: session });
  edge.notify(log('a', 'info', 'one'));
  assert.equal(await newer.next(), logged('info', 'one'));
  edge.notify(log('a', 'info', 'two'));
  assert.equal(await newer.next(), logged('info', 'two'));
  await send(url, { method: 'DELETE', headers: session });
  assert.equal(await older.next(), undefined);
  assert.equal(await newer.next(), undefined);
});

test('each session must get log messages at its own level', async (t) => {
  const { url, edge } = await startEdge(t, { sources: [source('a')] });
  const [quiet, plain] = [await openSession(url), await openSession(url)];
  const set = { jsonrpc: '2.0', id: 1, method: 'logging/setLevel', params: { level: 'error' } };
  assert.equal((await post(url, set, quiet)).text, '{"jsonrpc":"2.0","id":1,"result":{}}');
  const streams = [await openEvents(url, { headers: quiet }), await openEvents(url, { headers: plain })];
  for (const level of ['debug', 'warning', 'error', 'emergency']) edge.notify(log('a', level));
  assert.equal(await streams[0]?.next(), logged('error'));
  assert.equal(await streams[0]?.next(), logged('emergency'));
  assert.equal(await streams[1]?.next(), logged('debug'));
  assert.equal(await streams[1]?.next(), logged('warning'));
  for (const stream of streams) stream.close();
});

test('an open stream must send keep-alive comments', async (t) => {
  const clock = fakeClock();
  const { url } = await startEdge(t, { clock });
  const stream = await openEvents(url, { headers: await openSession(url) });
  clock.advance(31_000);
  assert.equal(await stream.next(), ': keep-alive');
  stream.close();
});

test('a client that does not read must be dropped, and the others get everything', async (t) => {
  // No signs of life between the messages, however slow the machine is.
  const clock = fakeClock();
  const { url, edge } = await startEdge(t, { sources: [source('a')], clock });
  const [stuck, well] = [await openSession(url), await openSession(url)];
  const socket = await openStuckStream(url, stuck);
  const stream = await openEvents(url, { headers: well });
  const text = 'x'.repeat(64 * 1024);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const before = bytesHeld();
  for (let sent = 0; sent < 2000; sent++) {
    edge.notify(log('a', 'info', text));
    assert.equal(await stream.next(), logged('info', text));
  }
  const grown = bytesHeld() - before;
  assert.ok(
    grown < 20 * 1024 * 1024,
    `what the stuck reader missed must not be kept: ${grown} bytes of 128 MiB`,
  );
  socket.resume();
  await closed;
  assert.equal((await post(url, { jsonrpc: '2.0', id: 1, method: 'ping' }, stuck)).status, 200);
  stream.close();
});

/** Reads the head of the answer and then nothing more. */
async function openStuckStream(url: string, session: Record<string, string>): Promise<Socket> {
  const socket = openRaw(url, 'GET', { accept: 'text/event-stream', ...session });
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  return socket;
}

test('a client too slow for progress may miss some of it, but never the result', async (t) => {
  const { url, received } = await startEdge(t, { sources: [source('s', { tools: named('t') })] });
  const body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"s_t"}}';
  const headers = { ...POST_HEADERS, ...(await openSession(url)), connection: 'close' };
  const socket = openRaw(url, 'POST', { ...headers, 'content-length': String(body.length) });
  socket.write(body);
  const call = await received();
  const sent = 1000;
  for (let index = 0; index < sent; index++) call.progress(`{"message":"${'x'.repeat(64 * 1024)}"}`);
  call.answer('result', '{"made":"it"}');
  const text = await readAll(socket);
  assert.match(text, /"id":1,"result":\{"made":"it"\}\}/);
  assert.ok(text.split('notifications/progress').length < sent);
});

test('streams that a client opens and forgets must not accumulate', async (t) => {
  const { url } = await startEdge(t);
  const session = await openSession(url);
  const streams = [];
  for (let index = 0; index < 9; index++) streams.push(await openEvents(url, { headers: session }));
  assert.equal(await streams[0]?.next(), undefined);
  for (const stream of streams) stream.close();
});

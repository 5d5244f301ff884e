import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { named } from '../../catalog/fixtures.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { openEvents, openSession, POST_HEADERS, post, source, startEdge } from '../harness.ts';
import { body, fullEdge } from './legacy-edge.ts';

test('progress must go to the POST stream of its call, before the result', async (t) => {
  const { url, session, received } = await fullEdge(t);
  const init = (id: number) => ({ method: 'POST', headers: { ...POST_HEADERS, ...session }, body: body(id) });
  const opened = openEvents(url, init(1));
  const first = await received();
  const plain = post(url, body(2), session);
  const second = await received();
  first.progress('{"progressToken":"p","progress":0.50}');
  const events = await opened;
  assert.equal(
    await events.next(),
    '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":0.50}}',
  );
  second.answer('result', '{"which":2}');
  const answer = await plain;
  assert.equal(answer.headers['content-type'], 'application/json');
  assert.equal(answer.text, '{"jsonrpc":"2.0","id":2,"result":{"which":2}}');
  first.answer('result', '{\n"which":\r\n1}');
  assert.equal(await events.next(), '{"jsonrpc":"2.0","id":1,"result":{\n"which":\n1}}');
  assert.equal(await events.next(), undefined);
});

test('an event stream must tell proxies not to buffer it', async (t) => {
  const { url, session, received } = await fullEdge(t);
  const opened = post(url, body(1), session);
  const call = await received();
  call.progress('{}');
  call.answer('result', '{}');
  const { headers } = await opened;
  assert.deepEqual(
    [headers['content-type'], headers['x-accel-buffering'], headers['cache-control']],
    ['text/event-stream', 'no', 'no-cache, no-transform'],
  );
});

test('a long call must send keep-alive comments, and its answer still arrive', async (t) => {
  const clock = fakeClock();
  const { url, received } = await startEdge(t, { sources: [source('s', { tools: named('t') })], clock });
  const session = await openSession(url);
  const opened = openEvents(url, { method: 'POST', headers: { ...POST_HEADERS, ...session }, body: body(1) });
  const call = await received();
  clock.advance(31_000);
  const events = await opened;
  assert.equal(await events.next(), ': keep-alive');
  call.answer('result', '{}');
  assert.equal(await events.next(), '{"jsonrpc":"2.0","id":1,"result":{}}');
});

test('notifications/cancelled must cancel only the call with that id in that session', async (t) => {
  const { url, session, received } = await fullEdge(t);
  const other = await openSession(url);
  const [mine, theirs] = [post(url, body(7), session), post(url, body(7), other)];
  const calls = [await received(), await received()];
  const cancel = {
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId: 7, reason: 'changed my mind' },
  };
  assert.equal((await post(url, { ...cancel, params: { requestId: '7' } }, session)).status, 202);
  assert.equal((await post(url, cancel, session)).status, 202);
  assert.match((await mine).text, /"id":7,"error".*cancelled/);
  const reasons = await Promise.race(calls.map((call) => call.cancelled));
  assert.equal(reasons, 'changed my mind');
  for (const call of calls) call.answer('result', '{"still":"here"}');
  assert.match((await theirs).text, /still/);
});

test('the reason of a cancellation must be logged, cut to a limit', async (t) => {
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const { url, received } = await startEdge(t, { sources: [source('s', { tools: named('t') })], log });
  const session = await openSession(url);
  const answer = post(url, body(1), session);
  await received();
  const params = { requestId: 1, reason: `changed my mind${'x'.repeat(1000)}` };
  await post(url, { jsonrpc: '2.0', method: 'notifications/cancelled', params }, session);
  await answer;
  const [line = ''] = logged.filter((text) => text.includes('changed my mind'));
  assert.match(line, /"server":"s".*cancelled/);
  assert.ok(line.length < 400, line);
});

test('a lost connection must not count as a cancellation', async (t) => {
  const { url, session, received } = await fullEdge(t);
  const abort = new AbortController();
  const gone = fetch(url, {
    method: 'POST',
    headers: { ...POST_HEADERS, ...session },
    body: body(1),
    signal: abort.signal,
  });
  const call = await received();
  abort.abort();
  await assert.rejects(gone);
  let isCancelled = false;
  void call.cancelled.then(() => {
    isCancelled = true;
  });
  // What reaches the edge after the connection is gone is answered after it has noticed that.
  for (const id of [2, 3, 4]) await post(url, { jsonrpc: '2.0', id, method: 'ping' }, session);
  assert.equal(isCancelled, false);
  call.progress('{}');
  call.answer('result', '{}');
  assert.equal((await post(url, { jsonrpc: '2.0', id: 3, method: 'ping' }, session)).status, 200);
});

test('the end of a session must cancel its calls', async (t) => {
  const { url, session, received } = await fullEdge(t);
  const answer = post(url, body(1), session);
  const call = await received();
  await fetch(url, { method: 'DELETE', headers: session });
  assert.equal(await call.cancelled, 'the session has ended');
  await answer;
});

test('a 2025-03-26 batch is answered as an array, without its notifications', async (t) => {
  const { url, received } = await fullEdge(t);
  const session = await openSession(url, '2025-03-26');
  const batch = `[ ${body(1)} ,{"jsonrpc":"2.0","method":"notifications/x"},{"jsonrpc":"2.0","id":2.0,"method":"ping"}, 5,{"jsonrpc":"2.0","id":3,"method":"initialize"}]`;
  const answer = post(url, batch, session);
  (await received()).answer('result', '{"x":1.0}');
  const { text } = await answer;
  assert.equal(
    text.replaceAll(/"message":"[^"]*"/g, '""'),
    '[{"jsonrpc":"2.0","id":1,"result":{"x":1.0}},{"jsonrpc":"2.0","id":2.0,"result":{}},{"jsonrpc":"2.0","id":null,"error":{"code":-32700,""}},{"jsonrpc":"2.0","id":3,"error":{"code":-32600,""}}]',
  );
  assert.equal((await post(url, [{ jsonrpc: '2.0', method: 'notifications/x' }], session)).status, 202);
  const many = await post(url, Array(101).fill({ jsonrpc: '2.0', id: 1, method: 'ping' }), session);
  assert.equal(many.status, 400);
});

test('other versions refuse batches', async (t) => {
  const { url } = await startEdge(t);
  for (const version of ['2024-11-05', '2025-06-18', '2025-11-25']) {
    const answer = await post(
      url,
      [{ jsonrpc: '2.0', id: 1, method: 'ping' }],
      await openSession(url, version),
    );
    assert.deepEqual([answer.status, JSON.parse(answer.text).error.code], [400, -32600], version);
  }
});

test('responses and unknown notifications of clients are accepted and change nothing', async (t) => {
  const { url, session } = await fullEdge(t);
  for (const message of [
    '{"jsonrpc":"2.0","id":1,"result":{}}',
    '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}',
    '{"jsonrpc":"2.0","method":"notifications/anything","params":null}',
    '{"jsonrpc":"2.0","method":"notifications/cancelled"}',
  ]) {
    const answer = await post(url, message, session);
    assert.deepEqual([answer.status, answer.text], [202, ''], message);
  }
});

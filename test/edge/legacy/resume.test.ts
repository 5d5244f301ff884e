import assert from 'node:assert/strict';
import { test } from 'node:test';
import { named } from '../../catalog/fixtures.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { openEvents, openSession, POST_HEADERS, post, send, source, startEdge } from '../harness.ts';
import {
  callOf,
  changed,
  type Headers,
  log,
  logged,
  lose,
  OPTIONS,
  progress,
  result,
  resume,
  streaming,
} from './resuming.ts';

test('a call must go on without its connection, and its result arrive on the resumed stream', async (t) => {
  const edge = await startEdge(t, OPTIONS);
  const session = await openSession(edge.url);
  const { call, events } = await streaming(edge, session);
  await lose(edge, session, events);
  call.progress('{"message":"missed"}');
  const resumed = await resume(edge.url, session, events.lastId);
  assert.equal(await resumed.next(), progress('missed'));
  call.progress('{"message":"live"}');
  assert.equal(await resumed.next(), progress('live'));
  call.answer('result', '{"text":"made it"}');
  assert.equal(await resumed.next(), result(1, 'made it'));
  assert.equal(await resumed.next(), undefined);
});

test('a result that arrived without a connection, or was lost, must be sent when the client resumes', async (t) => {
  const edge = await startEdge(t, OPTIONS);
  const session = await openSession(edge.url);
  const { call, events } = await streaming(edge, session);
  await lose(edge, session, events);
  call.answer('result', '{"text":"made it"}');
  for (const _ of ['now', 'and again, if that was lost as well']) {
    const resumed = await resume(edge.url, session, events.lastId);
    assert.equal(await resumed.next(), result(1, 'made it'));
    assert.equal(await resumed.next(), undefined);
  }
});

test('an event of one stream must not be replayed on another, and event ids must be unique in a session', async (t) => {
  const edge = await startEdge(t, OPTIONS);
  const session = await openSession(edge.url);
  const listening = await openEvents(edge.url, { headers: session });
  const [one, two] = [await streaming(edge, session, 1), await streaming(edge, session, 2)];
  edge.edge.notify(log('unasked'));
  assert.equal(await listening.next(), logged('unasked'));
  const ids = [listening.lastId, one.events.lastId, two.events.lastId];
  assert.equal(new Set(ids).size, 3, ids.join());
  for (const { events } of [one, two]) await lose(edge, session, events);
  two.call.answer('result', '{"text":"of two"}');
  edge.edge.notify(log('more'));
  one.call.answer('result', '{"text":"of one"}');
  const resumed = await resume(edge.url, session, one.events.lastId);
  assert.equal(await resumed.next(), result(1, 'of one'));
  assert.equal(await resumed.next(), undefined);
  assert.equal(await listening.next(), logged('more'));
  listening.close();
});

test('a stream must begin with an event without data only for versions that have such events', async (t) => {
  const { url } = await startEdge(t);
  const first = async (version: string): Promise<string> => {
    const session = await openSession(url, version);
    const response = await fetch(url, { headers: { accept: 'text/event-stream', ...session } });
    await post(url, { jsonrpc: '2.0', id: 1, method: 'ping' }, session);
    await send(url, { method: 'DELETE', headers: session });
    return response.text();
  };
  assert.match(await first('2025-11-25'), /^id: [!-~]+\nretry: 1000\ndata: \n\n$/);
  assert.equal(await first('2025-06-18'), '');
  assert.equal(await first('2025-03-26'), '');
});

test('events for older versions must have ids as well, from which they can resume', async (t) => {
  const edge = await startEdge(t, OPTIONS);
  const session = await openSession(edge.url, '2025-03-26');
  const { call, events } = await streaming(edge, session);
  await lose(edge, session, events);
  call.answer('result', '{"text":"old"}');
  assert.equal(await (await resume(edge.url, session, events.lastId)).next(), result(1, 'old'));
});

test('a lost GET stream must resume with the events that it would have carried', async (t) => {
  const edge = await startEdge(t, OPTIONS);
  const session = await openSession(edge.url);
  const lost = await openEvents(edge.url, { headers: session });
  edge.edge.notify(log('one'));
  assert.equal(await lost.next(), logged('one'));
  await lose(edge, session, lost);
  edge.edge.notify(log('two'));
  edge.publish(source('s', { tools: named('t', 'u') }));
  const resumed = await resume(edge.url, session, lost.lastId);
  assert.equal(await resumed.next(), logged('two'));
  assert.equal(await resumed.next(), changed('tools'));
  edge.edge.notify(log('three'));
  assert.equal(await resumed.next(), logged('three'));
  resumed.close();
});

test('a long silent call must be resumable, and a short one stay plain JSON', async (t) => {
  const clock = fakeClock();
  const edge = await startEdge(t, { ...OPTIONS, clock });
  const session = await openSession(edge.url);
  const begin = (session: Headers) =>
    openEvents(edge.url, { method: 'POST', headers: { ...POST_HEADERS, ...session }, body: callOf(1) });
  const slow = begin(session);
  const call = await edge.received();
  clock.advance(5_001);
  const events = await slow;
  const primed = events.next();
  clock.advance(15_000);
  assert.equal(await primed, ': keep-alive');
  await lose(edge, session, events);
  call.answer('result', '{"text":"made it"}');
  assert.equal(await (await resume(edge.url, session, events.lastId)).next(), result(1, 'made it'));
  const old = await openSession(edge.url, '2025-06-18');
  const plain = post(edge.url, callOf(2), old);
  const oldCall = await edge.received();
  clock.advance(5_001);
  oldCall.answer('result', '{"text":"plain"}');
  assert.equal((await plain).text, result(2, 'plain'));
});

test('a client that reconnects before its old connection is known to be dead must take its stream over', async (t) => {
  const edge = await startEdge(t, OPTIONS);
  const session = await openSession(edge.url);
  const { call, events } = await streaming(edge, session);
  const listening = await openEvents(edge.url, { headers: session });
  edge.edge.notify(log('one'));
  await listening.next();
  const [answer, unasked] = [
    await resume(edge.url, session, events.lastId),
    await resume(edge.url, session, listening.lastId),
  ];
  await assert.rejects(events.rest());
  await assert.rejects(listening.rest());
  edge.edge.notify(log('two'));
  call.answer('result', '{"text":"once"}');
  assert.equal(await answer.next(), result(1, 'once'));
  assert.equal(await unasked.next(), logged('two'));
  unasked.close();
});

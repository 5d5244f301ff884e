import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { openEvents, openSession, post, send, startEdge } from '../harness.ts';
import {
  callOf,
  changed,
  log,
  logged,
  lose,
  OPTIONS,
  result,
  resume,
  roundTrip,
  streaming,
} from './resuming.ts';

test('an unknown event id, or one of another session, must resume nothing: the client gets a new stream', async (t) => {
  const edge = await startEdge(t, OPTIONS);
  const [mine, other] = [await openSession(edge.url), await openSession(edge.url)];
  const { call, events } = await streaming(edge, other);
  await streaming(edge, mine, 2);
  await lose(edge, other, events);
  call.answer('result', '{"text":"secret"}');
  for (const id of [events.lastId, 'x', '', '1', `${events.lastId}9`, '__proto__']) {
    const stream = await resume(edge.url, mine, id);
    for (const list of ['tools', 'resources', 'prompts']) assert.equal(await stream.next(), changed(list));
    edge.edge.notify(log(`to ${id}`));
    assert.equal(await stream.next(), logged(`to ${id}`));
    stream.close();
    await lose(edge, mine, stream);
  }
});

test('an event id must be worth nothing with another token', async (t) => {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const auth = () => ({ tokens: { mine: sha256('hive_mine'), other: sha256('hive_other') } });
  const edge = await startEdge(t, { ...OPTIONS, auth });
  const opened = await post(
    edge.url,
    { jsonrpc: '2.0', id: 0, method: 'initialize', params: {} },
    { authorization: 'Bearer hive_mine' },
  );
  const session = {
    'mcp-session-id': String(opened.headers['mcp-session-id']),
    authorization: 'Bearer hive_mine',
  };
  const { events } = await streaming(edge, session);
  const stolen = { ...session, authorization: 'Bearer hive_other', 'last-event-id': String(events.lastId) };
  const refused = await send(edge.url, { headers: { ...stolen, accept: 'text/event-stream' } });
  assert.equal(refused.status, 404);
  events.close();
});

test('a stream that has ended and was read completely must not be resumable', async (t) => {
  const edge = await startEdge(t, OPTIONS);
  const session = await openSession(edge.url);
  const { call, events } = await streaming(edge, session);
  call.answer('error', '{"code":-32000,"message":"no"}');
  await events.next();
  assert.equal(await events.next(), undefined);
  const headers = { accept: 'text/event-stream', ...session, 'last-event-id': String(events.lastId) };
  assert.equal((await send(edge.url, { headers })).status, 405);
});

/** Time in which the gateway lets go of what nobody came back for. */
const LATE = 400_000;

test('a forgotten stream must not resume; its client must be told that every list may have changed', async (t) => {
  const clock = fakeClock();
  const edge = await startEdge(t, { ...OPTIONS, clock });
  const session = await openSession(edge.url);
  const { call, events } = await streaming(edge, session);
  const listening = await openEvents(edge.url, { headers: session });
  edge.edge.notify(log('one'));
  await listening.next();
  for (const stream of [events, listening]) await lose(edge, session, stream);
  call.answer('result', '{"text":"too late"}');
  await roundTrip(edge.url, session);
  assert.ok(edge.edge.keptBytes() > 0);
  const metrics = await (await fetch(new URL('/metrics', edge.url))).text();
  assert.match(metrics, new RegExp(`^hive_kept_event_bytes ${edge.edge.keptBytes()}$`, 'm'));
  clock.advance(LATE);
  assert.equal(edge.edge.keptBytes(), 0);
  const headers = { accept: 'text/event-stream', ...session, 'last-event-id': String(events.lastId) };
  assert.equal((await send(edge.url, { headers })).status, 405);
  const again = await resume(edge.url, session, listening.lastId);
  for (const list of ['tools', 'resources', 'prompts']) assert.equal(await again.next(), changed(list));
  await send(edge.url, { method: 'DELETE', headers: session });
  assert.equal(await again.next(), undefined);
  // fetch may have connected once more, without a use for it: nobody but the clock ends that.
  const closed = edge.edge.close(0);
  clock.advance(1);
  await closed;
});

test('a result too large to be kept must be an error after a reconnect, and complete without one', async (t) => {
  const edge = await startEdge(t, OPTIONS);
  const session = await openSession(edge.url);
  const large = `{"text":"${'x'.repeat(5 * 1024 * 1024)}"}`;
  const [there, gone] = [await streaming(edge, session, 1), await streaming(edge, session, 2)];
  await lose(edge, session, gone.events);
  for (const { call } of [there, gone]) call.answer('result', large);
  assert.equal(
    (await there.events.next())?.length,
    result(1, '').length + large.length - '{"text":""}'.length,
  );
  const resumed = await resume(edge.url, session, gone.events.lastId);
  assert.match(String(await resumed.next()), /"id":2,"error":.*connection was lost.*5242\d{3} bytes/);
  assert.equal(await resumed.next(), undefined);
});

test('an answer in plain JSON must have no event id, and not be kept', async (t) => {
  const edge = await startEdge(t, OPTIONS);
  const session = await openSession(edge.url);
  const answer = post(edge.url, callOf(1), session);
  (await edge.received()).answer('result', '{"text":"plain"}');
  const { headers, text } = await answer;
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(text, result(1, 'plain'));
  assert.equal(edge.edge.keptBytes(), 0);
});

test('the kept events of a session must be dropped with it', async (t) => {
  const edge = await startEdge(t, OPTIONS);
  const session = await openSession(edge.url);
  const { call, events } = await streaming(edge, session);
  assert.ok(edge.edge.keptBytes() > 0);
  await lose(edge, session, events);
  await send(edge.url, { method: 'DELETE', headers: session });
  assert.equal(await call.cancelled, 'the session has ended');
  await roundTrip(edge.url, session);
  assert.equal(edge.edge.keptBytes(), 0);
});

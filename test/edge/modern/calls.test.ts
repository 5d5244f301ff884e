import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { jsonText } from '../../../src/model/text/json.ts';
import { ask, modernHeaders, modernMeta, openEvents, openSession, POST_HEADERS, post } from '../harness.ts';
import { edge } from './modern-edge.ts';

test('a client that closes the stream must have its call cancelled, and only then', async (t) => {
  const { url, received, ended } = await edge(t);
  const abort = new AbortController();
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'echo', _meta: modernMeta() },
  });
  const headers = { ...POST_HEADERS, ...modernHeaders('tools/call', { name: 'echo' }) };
  const answer = fetch(url, { method: 'POST', headers, body, signal: abort.signal });
  const call = await received();
  abort.abort();
  await assert.rejects(answer);
  assert.match((await call.cancelled) ?? '', /closed the stream/);
  await turn();
  assert.deepEqual(ended, [call.caller.sessionId]);
});

test('progress and requested log messages must precede the result on the same stream', async (t) => {
  const { url, received, edge: running } = await edge(t);
  const log = (level: string) => JSON.stringify({ level, data: level });
  for (const wanted of [undefined, 'warning']) {
    const more = { progressToken: 'p', ...(wanted ? { 'io.modelcontextprotocol/logLevel': wanted } : {}) };
    const answer = ask(url, 'tools/call', { name: 'echo' }, { meta: modernMeta({}, more) });
    const call = await received();
    call.progress('{"progressToken":"p","progress":1}');
    call.say('notifications/message', log('info'));
    call.say('notifications/message', log('error'));
    const own = { serverName: 's', method: 'notifications/message', params: jsonText(log('alert')) };
    running.notify({ ...own, sessionId: call.caller.sessionId });
    running.notify(own);
    call.answer('result', '{}');
    const { headers, text } = await answer;
    assert.equal(headers['content-type'], 'text/event-stream');
    assert.equal(headers['x-accel-buffering'], 'no');
    const seen = [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data));
    const said = seen.filter((it) => it.method === 'notifications/message').map((it) => it.params.level);
    assert.deepEqual(said, wanted ? ['error', 'alert'] : []);
    assert.equal(seen[0].params.progressToken, 'p');
    assert.equal(seen.at(-1).result.resultType, 'complete');
  }
});

test('every request must stand for itself: it begins no session, and leaves nothing behind', async (t) => {
  const harness = await edge(t);
  const { url, received, ended } = harness;
  const session = await openSession(url);
  const answers = [1, 2].map(() => ask(url, 'tools/call', { name: 'echo' }, { headers: session }));
  const calls = [await received(), await received()];
  assert.notEqual(calls[0]?.caller.sessionId, calls[1]?.caller.sessionId);
  assert.ok(!calls.some(({ caller }) => caller.sessionId === session['mcp-session-id']));
  assert.deepEqual(
    calls.map(({ caller }) => caller.capabilities),
    [undefined, undefined],
  );
  for (const call of calls) call.answer('result', '{}');
  for (const { headers } of await Promise.all(answers)) assert.equal(headers['mcp-session-id'], undefined);
  assert.deepEqual([...ended].sort(), calls.map(({ caller }) => caller.sessionId).sort());
  assert.equal(harness.edge.sessions(), 1);
  const meta = modernMeta({ sampling: { tools: {} }, experimental: {}, roots: {} });
  const asking = ask(url, 'tools/call', { name: 'echo' }, { meta });
  const call = await received();
  assert.equal(call.caller.capabilities, '{"sampling":{"tools":{}},"roots":{}}');
  call.answer('result', '{}');
  await asking;
});

test('a legacy session of another client must not be affected', async (t) => {
  const { url, received } = await edge(t);
  const session = await openSession(url);
  const events = await openEvents(url, { headers: session });
  const answer = post(
    url,
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo' } },
    session,
  );
  const call = await received();
  assert.equal(call.caller.era, 'legacy');
  const modern = ask(url, 'tools/call', { name: 'echo' });
  const beside = await received();
  assert.deepEqual([beside.caller.era, beside.caller.sessionId === call.caller.sessionId], ['modern', false]);
  beside.answer('result', '{"b":1}');
  assert.equal(JSON.parse((await modern).text).result.resultType, 'complete');
  call.answer('result', '{"a":1}');
  assert.equal((await answer).text, '{"jsonrpc":"2.0","id":1,"result":{"a":1}}');
  events.close();
});

/** Large requests count against the memory for them until their calls have ended. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toJson } from '../../src/model/text/json.ts';
import { named } from '../catalog/fixtures.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { ask, openRaw, openSession, POST_HEADERS, post, readAll, source, startEdge } from './harness.ts';

const KIB = 1024;
const SETTINGS = { bodyMemoryBytes: 400 * KIB };
const SOURCES = [source('s', { tools: named('t') }, '')];
const large = (id: number): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"t","arguments":{"a":"${'x'.repeat(60 * KIB + 6_000)}"}}}`;

test('calls under way must count their bodies, and a small call pass beside them', async (t) => {
  const { url, received } = await startEdge(t, { sources: SOURCES, settings: SETTINGS });
  const session = await openSession(url);
  const answers = [1, 2, 3].map((id) => post(url, large(id), session));
  const calls = [await received(), await received(), await received()];
  assert.equal((await post(url, large(5), session)).status, 503);
  assert.equal((await post(url, { jsonrpc: '2.0', id: 6, method: 'ping' }, session)).status, 200);
  for (const call of calls) call.answer('result', '{}');
  for (const answer of answers) assert.equal((await answer).status, 200);
  const fifth = post(url, large(5), session);
  (await received()).answer('result', '{}');
  assert.equal((await fifth).status, 200);
});

test('modern calls must count their bodies while they are parked', async (t) => {
  const { url, edge, received } = await startEdge(t, { sources: SOURCES, settings: SETTINGS });
  const begin = () =>
    ask(url, 'tools/call', { name: 't', a: 'x'.repeat(60 * KIB + 6_000) }, { meta: ASKABLE });
  const parked = [];
  for (let index = 0; index < 3; index++) {
    const answer = begin();
    const call = await received();
    const { sessionId } = call.caller;
    const signal = new AbortController().signal;
    const method = 'elicitation/create';
    void edge.ask({ serverName: 's', sessionId, method, params: toJson({ message: '?' }), signal });
    assert.match((await answer).text, /input_required/);
    parked.push(call);
  }
  assert.equal((await begin()).status, 503);
});
const ASKABLE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
};

test('a stalled upload must be answered with 408, and its connection closed', async (t) => {
  const clock = fakeClock();
  const { url } = await startEdge(t, { clock });
  const socket = openRaw(url, 'POST', { ...POST_HEADERS, 'content-length': String(64 * KIB) });
  socket.write('{');
  const answered = readAll(socket);
  // The time moves only once the gateway reads the body.
  const tick = setInterval(() => clock.advance(5_000), 20);
  assert.match(await answered, /^HTTP\/1.1 408 [\s\S]*the body stopped arriving/);
  clearInterval(tick);
});

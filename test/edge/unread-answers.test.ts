/** Answers that clients do not read, over real connections. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import type { CallServer } from '../../src/model/calls.ts';
import { jsonText } from '../../src/model/text/json.ts';
import { named } from '../catalog/fixtures.ts';
import { ask, modernMeta, openRaw, openSession, POST_HEADERS, post, source, startEdge } from './harness.ts';

const MIB = 2 ** 20;
const SETTINGS = { unreadMemoryBytes: 40 * MIB };
const SOURCES = [source('s', { tools: named('t') }, '')];
/** Larger than what the kernel takes of one connection. */
const LARGE = jsonText(`{"content":[],"x":"${'x'.repeat(12 * MIB)}"}`);
const large: CallServer = () => ({
  reply: Promise.resolve({ kind: 'result', json: LARGE }),
  cancel: () => {},
});
const CALL = '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"t"}}';

/** Makes a call whose answer nobody reads. */
function callUnread(url: string, session: Record<string, string>): Socket {
  const headers = { ...POST_HEADERS, ...session, 'content-length': String(CALL.length) };
  const socket = openRaw(url, 'POST', headers).on('error', () => {});
  socket.pause().write(CALL);
  return socket;
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(what);
}

test('a client that does not read its answers must get errors in place of more, and the rest be answered', async (t) => {
  const { url } = await startEdge(t, { sources: SOURCES, settings: SETTINGS, call: large });
  const session = await openSession(url);
  const unread = Array.from({ length: 4 }, () => callUnread(url, session));
  await until('the client has no room', async () => (await post(url, CALL, session)).status === 503);
  const refused = await post(url, CALL, session);
  const { id, error } = JSON.parse(refused.text);
  assert.deepEqual([id, error.code], [7, -31005]);
  assert.match(error.message, /more answers unread than it may/);
  assert.match((await ask(url, 'tools/call', { name: 't' })).text, /more answers unread/);
  assert.equal((await post(url, { jsonrpc: '2.0', id: 1, method: 'ping' }, session)).status, 200);
  for (const socket of unread) socket.destroy();
  await until('there is room again', async () => (await post(url, CALL, session)).status === 200);
});

test('an answer on an event stream must be replaced by an error too', async (t) => {
  const { url, received } = await startEdge(t, { sources: SOURCES, settings: SETTINGS });
  const session = await openSession(url, '2025-06-18');
  const call = async (send: () => unknown) => {
    send();
    return received();
  };
  for (let index = 0; index < 4; index++)
    (await call(() => callUnread(url, session))).answer('result', `${LARGE}`);
  let answer: Promise<{ text: string }> | undefined;
  const streamed = await call(() => {
    answer = post(url, CALL.replace('{"name":"t"}', '{"name":"t","_meta":{"progressToken":1}}'), session);
  });
  streamed.progress('{"progressToken":1,"progress":1}');
  streamed.answer('result', `${LARGE}`);
  assert.match(`${(await answer)?.text}`, /"id":7,"error":{"code":-31005/);
});

test('answers and questions that wait for a client to come back must be bounded as well', async (t) => {
  const settings = { unreadMemoryBytes: 4 * MIB };
  const { url, edge, received } = await startEdge(t, { sources: SOURCES, settings });
  const meta = modernMeta({ elicitation: {} });
  const { signal } = new AbortController();
  const park = async () => {
    const asked = ask(url, 'tools/call', { name: 't' }, { meta });
    const call = await received();
    const { sessionId } = call.caller;
    const method = 'elicitation/create';
    void edge.ask({ serverName: 's', sessionId, method, params: jsonText('{"message":"?"}'), signal });
    const { requestState } = JSON.parse((await asked).text).result;
    const answer = async (json: string): Promise<string> => {
      call.answer('result', json);
      await new Promise(setImmediate);
      return requestState;
    };
    const ask2 = (params: string) =>
      edge.ask({ serverName: 's', sessionId, method, params: jsonText(params), signal });
    return { answer, ask: ask2 };
  };
  const back = async (requestState: string): Promise<string> =>
    (await ask(url, 'tools/call', { name: 't', requestState }, { meta })).text;
  const large = `{"content":[],"x":"${'x'.repeat(1.5 * MIB)}"}`;
  const [first, second, third] = [await park(), await park(), await park()];
  const [kept, refused] = [await first.answer(large), await second.answer(large)];
  const question = await third.ask(`{"message":"${'x'.repeat(1.5 * MIB)}"}`);
  assert.match(`${question.json}`, /more waits for this client than it may have/);
  assert.match(await back(refused), /more results wait for this client/);
  assert.match((await back(kept)).slice(0, 300), /"content":\[\]/);
  assert.match(
    (await back(await third.answer(large))).slice(0, 300),
    /"content":\[\]/,
    'there is room again',
  );
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema, LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { type FakeClock, fakeClock } from '../../helpers/fake-clock.ts';
import { openSession, post, startEdge } from '../harness.ts';
import { log, lose, OPTIONS, resume, streaming } from './resuming.ts';

const QUESTION = { serverName: 's', method: 'roots/list' };

async function asked(t: TestContext, clock: FakeClock) {
  const edge = await startEdge(t, { ...OPTIONS, clock });
  const session = await openSession(edge.url, '2025-11-25', { roots: {} });
  const { call, events } = await streaming(edge, session);
  const request = { ...QUESTION, sessionId: session['mcp-session-id'], signal: new AbortController().signal };
  const reply = edge.edge.ask(request);
  const question = JSON.parse(String(await events.next())) as { id: number };
  await lose(edge, session, events);
  return { edge, session, call, events, reply, question };
}

test('a client that was sent a request may lose its connection, come back and answer', async (t) => {
  const clock = fakeClock();
  const { edge, session, events, reply, question } = await asked(t, clock);
  clock.advance(20_000);
  const resumed = await resume(edge.url, session, events.lastId);
  clock.advance(20_000);
  await post(edge.url, { jsonrpc: '2.0', id: question.id, result: { roots: [] } }, session);
  assert.equal(String((await reply).json), '{"roots":[]}');
  resumed.close();
});

test('a client that was sent a request and does not come back must count as gone', async (t) => {
  const clock = fakeClock();
  const { reply } = await asked(t, clock);
  let isOver = false;
  void reply.then(() => {
    isOver = true;
  });
  clock.advance(29_999);
  await new Promise(setImmediate);
  assert.equal(isOver, false);
  clock.advance(1);
  assert.match(String((await reply).json), /the client has gone/);
});

/** Connections that the test can cut, as a network does, and the answer to the first attempt to resume. */
function cuttable() {
  const cuts = new Set<AbortController>();
  const resumed = Promise.withResolvers<Response>();
  const connect: typeof fetch = async (input, init) => {
    const cut = new AbortController();
    cuts.add(cut);
    init?.signal?.addEventListener('abort', () => cut.abort());
    const response = await fetch(input, { ...init, signal: cut.signal });
    if (new Headers(init?.headers).has('last-event-id')) resumed.resolve(response);
    return response;
  };
  return { connect, resumed: resumed.promise, cutAll: () => cuts.forEach((cut) => void cut.abort()) };
}

async function sdkClient(t: TestContext, url: string, connect: typeof fetch) {
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(url), { fetch: connect });
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  t.after(() => client.close());
  return { client, transport };
}

test('the SDK’s client v1 must get its result and notifications though all its connections were cut', async (t) => {
  const edge = await startEdge(t, OPTIONS);
  const { connect, cutAll } = cuttable();
  const { client } = await sdkClient(t, edge.url, connect);
  const [begun, told] = [Promise.withResolvers<void>(), Promise.withResolvers<unknown>()];
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => told.resolve(params.data));
  const heard: number[] = [];
  const onprogress = ({ progress }: { progress: number }): void => {
    heard.push(progress);
    begun.resolve();
  };
  const answer = client.callTool({ name: 's_t', arguments: {} }, undefined, { onprogress });
  const call = await edge.received();
  const token = JSON.parse(call.params)._meta.progressToken;
  call.progress(`{"progressToken":${token},"progress":1}`);
  await begun.promise;
  cutAll();
  call.progress(`{"progressToken":${token},"progress":2}`);
  edge.edge.notify(log('news'));
  call.answer('result', '{"content":[{"type":"text","text":"made it"}]}');
  assert.deepEqual((await answer).content, [{ type: 'text', text: 'made it' }]);
  assert.deepEqual(heard, [1, 2]);
  assert.equal(await told.promise, 'news');
});

test('a call of the SDK’s client v1 must continue with its resumption token', async (t) => {
  const edge = await startEdge(t, OPTIONS);
  const { connect, cutAll } = cuttable();
  const { client, transport } = await sdkClient(t, edge.url, connect);
  const token = Promise.withResolvers<string>();
  const request = { method: 'tools/call' as const, params: { name: 's_t', arguments: {} } };
  const first = client.request(request, CallToolResultSchema, { onresumptiontoken: token.resolve });
  const call = await edge.received();
  call.progress('{"progress":1}');
  const resumptionToken = await token.promise;
  const { sessionId } = transport;
  cutAll();
  await client.close();
  await assert.rejects(first, /closed/i);
  const again = new Client({ name: 'test', version: '1' });
  const taken = new StreamableHTTPClientTransport(new URL(edge.url), sessionId ? { sessionId } : {});
  t.after(() => again.close());
  await again.connect(taken as Parameters<typeof again.connect>[0]);
  const second = again.request(request, CallToolResultSchema, { resumptionToken });
  call.answer('result', '{"content":[{"type":"text","text":"taken up"}]}');
  assert.deepEqual((await second).content, [{ type: 'text', text: 'taken up' }]);
});

test('the SDK’s client v1, which resumes failed calls, must not be given another stream each time', async (t) => {
  const edge = await startEdge(t, OPTIONS);
  const { connect, resumed } = cuttable();
  const { client } = await sdkClient(t, edge.url, connect);
  const errors: Error[] = [];
  client.onerror = (error) => void errors.push(error);
  const failed = client.callTool({ name: 's_t', arguments: {} });
  const call = await edge.received();
  call.progress('{"progress":1}');
  call.answer('error', '{"code":-32000,"message":"it broke"}');
  await assert.rejects(failed, /it broke/);
  assert.equal((await resumed).status, 405);
  await client.ping();
  assert.deepEqual(
    errors.filter(({ message }) => /reconnect|SSE/.test(message)),
    [],
  );
});

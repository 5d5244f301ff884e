import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema, LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { named } from '../catalog/fixtures.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import {
  type Events,
  type Harness,
  openEvents,
  openSession,
  POST_HEADERS,
  post,
  type Received,
  send,
  source,
  startEdge,
} from './harness.ts';

type Headers = Record<string, string>;

const OPTIONS = { sources: [source('s', { tools: named('t') })] };
const callOf = (id: number) => `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"s_t"}}`;
const progress = (text: string) =>
  `{"jsonrpc":"2.0","method":"notifications/progress","params":{"message":"${text}"}}`;
const result = (id: number, text: string) => `{"jsonrpc":"2.0","id":${id},"result":{"text":"${text}"}}`;
const log = (text: string) => ({
  serverName: 's',
  method: 'notifications/message',
  params: Buffer.from(`{"level":"info","data":"${text}"}`),
});
const logged = (text: string) =>
  `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"${text}"}}`;
const changed = (list: string) => `{"jsonrpc":"2.0","method":"notifications/${list}/list_changed"}`;

interface Streaming {
  readonly call: Received;
  readonly events: Events;
}

/** A call whose answer has become a stream: the client has read its first progress. */
async function streaming({ url, received }: Harness, session: Headers, id = 1): Promise<Streaming> {
  const opened = openEvents(url, {
    method: 'POST',
    headers: { ...POST_HEADERS, ...session },
    body: callOf(id),
  });
  const call = await received();
  call.progress(`{"message":"first of ${id}"}`);
  const events = await opened;
  assert.equal(await events.next(), progress(`first of ${id}`));
  return { call, events };
}

const resume = (url: string, session: Headers, lastId: string | undefined): Promise<Events> =>
  openEvents(url, { headers: { ...session, 'last-event-id': String(lastId) } });

/** Once this is answered, the gateway has seen to what came before. */
const roundTrip = (url: string, session: Headers) =>
  post(url, { jsonrpc: '2.0', id: 'there', method: 'ping' }, session);

/** The connection is cut, and the gateway knows: nothing goes out any more until the client is back. */
async function lose({ url }: Harness, session: Headers, events: Events): Promise<void> {
  events.close();
  await roundTrip(url, session);
}

test('a call goes on without its connection, and its result comes over the stream that is resumed', async (t) => {
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

test('a result that came while nobody was connected, or was lost on its way, is sent when it is asked for', async (t) => {
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

test('what was sent on one stream must not come over another, and ids are unique in their session', async (t) => {
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

test('a stream begins with an event of id and no data, for clients whose version has such events and no others', async (t) => {
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

test('events of older versions have ids as well, from which they resume', async (t) => {
  const edge = await startEdge(t, OPTIONS);
  const session = await openSession(edge.url, '2025-03-26');
  const { call, events } = await streaming(edge, session);
  await lose(edge, session, events);
  call.answer('result', '{"text":"old"}');
  assert.equal(await (await resume(edge.url, session, events.lastId)).next(), result(1, 'old'));
});

test('a GET stream that was lost goes on with what it would have carried', async (t) => {
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

test('a call that takes long and says nothing can be come back to, and one that does not stays plain JSON', async (t) => {
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

test('a client that is back before its old connection is known to be dead takes its stream over', async (t) => {
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

test('the id of another session or of nobody resumes nothing: the client gets a stream of its own', async (t) => {
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

test('of a stream that is over and was read to its end there is nothing to resume', async (t) => {
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

test('what nobody comes back for is let go, and who comes back then is told to look at every list', async (t) => {
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

test('a result too large to be kept is an error for who comes back for it, and whole for who is there', async (t) => {
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

test('an answer in plain JSON has no id, and nothing of it is kept', async (t) => {
  const edge = await startEdge(t, OPTIONS);
  const session = await openSession(edge.url);
  const answer = post(edge.url, callOf(1), session);
  (await edge.received()).answer('result', '{"text":"plain"}');
  const { headers, text } = await answer;
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(text, result(1, 'plain'));
  assert.equal(edge.edge.keptBytes(), 0);
});

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

test('who is asked may lose the connection, come back and answer', async (t) => {
  const clock = fakeClock();
  const { edge, session, events, reply, question } = await asked(t, clock);
  clock.advance(20_000);
  const resumed = await resume(edge.url, session, events.lastId);
  clock.advance(20_000);
  await post(edge.url, { jsonrpc: '2.0', id: question.id, result: { roots: [] } }, session);
  assert.equal(String((await reply).json), '{"roots":[]}');
  resumed.close();
});

test('who is asked and does not come back has gone', async (t) => {
  const clock = fakeClock();
  const { reply } = await asked(t, clock);
  clock.advance(31_000);
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

test('the SDK’s client v1 gets its result and the news though all its connections were cut meanwhile', async (t) => {
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

test('a call of the SDK’s client v1 is taken up with its resumption token', async (t) => {
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

test('the SDK’s client v1, which resumes failed calls though it has their error, is not given one more stream each time', async (t) => {
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

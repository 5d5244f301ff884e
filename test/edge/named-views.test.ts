/** Named views at `/mcp?view=NAME`: a boundary for clients of both eras. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { NamedView } from '../../src/model/desired.ts';
import { toJson } from '../../src/model/text/json.ts';
import { located, named } from '../catalog/fixtures.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import {
  ask,
  type Harness,
  modernHeaders,
  modernMeta,
  openEvents,
  openSession,
  POST_HEADERS,
  post,
  send,
  source,
  startEdge,
  status,
} from './harness.ts';

const capabilities = { resources: { subscribe: true }, logging: {}, completions: {}, prompts: {} };
const DOCS = source('docs', {
  capabilities,
  tools: named('find', 'drop'),
  resources: located('docs://r'),
  prompts: named('p'),
});
const NOTES = source('notes', {
  capabilities,
  tools: named('add'),
  resources: located('notes://r'),
  prompts: named('p'),
});
const CURSOR: NamedView = { viewName: 'cursor', servers: ['docs'], tools: { deny: ['docs_drop'] } };
const NOTES_ONLY: NamedView = { viewName: 'notes', servers: ['notes'], tools: {} };

const edgeWith = (t: TestContext, more: object = {}): Promise<Harness> =>
  startEdge(t, {
    sources: [DOCS, NOTES],
    servers: [status('docs'), status('notes', { state: 'failed', reason: 'SECRET' })],
    views: [CURSOR, NOTES_ONLY],
    ...more,
  });
const request = (method: string, params: object = {}, id = 1) => ({ jsonrpc: '2.0', id, method, params });
const messageOf = (text: string): string => JSON.parse(text).error.message;
const toolsOf = (text: string): string[] =>
  JSON.parse(text).result.tools.map(({ name }: { name: string }) => name);

/** Requests that the view `cursor` must refuse, each beside one for a name that nobody has. */
const HIDDEN: readonly [method: string, hidden: object, unknown: object][] = [
  ['tools/call', { name: 'notes_add' }, { name: 'nobody' }],
  ['tools/call', { name: 'docs_drop' }, { name: 'nobody' }],
  ['prompts/get', { name: 'notes_p' }, { name: 'nobody' }],
  [
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'notes_p' } },
    { ref: { type: 'ref/prompt', name: 'nobody' } },
  ],
];

for (const [method, hidden, unknown] of HIDDEN)
  test(`${method} of ${JSON.stringify(hidden)} must be refused by a view as what nobody has, in both eras`, async (t) => {
    const { url } = await edgeWith(t);
    const view = `${url}?view=cursor`;
    const session = await openSession(view);
    const legacy = async (params: object) => (await post(view, request(method, params), session)).text;
    const modern = async (params: object) => (await ask(view, method, { ...params })).text;
    for (const send of [legacy, modern]) {
      const [of, nobody] = [await send(hidden), await send(unknown)];
      const name = (text: string) => text.replace(/notes_add|docs_drop|notes_p|nobody/g, 'X');
      assert.equal(name(of).replace(/ \(.*?\)/, ''), name(nobody).replace(/ \(.*?\)/, ''));
      assert.doesNotMatch(of, /SECRET|notes has/);
    }
  });

test('a view must list and pass on what it shows, in both eras', async (t) => {
  const harness = await edgeWith(t);
  const view = `${harness.url}?view=cursor`;
  const session = await openSession(view);
  assert.deepEqual(toolsOf((await post(view, request('tools/list'), session)).text), ['docs_find']);
  assert.deepEqual(toolsOf((await ask(view, 'tools/list')).text), ['docs_find']);
  const calling = post(view, request('tools/call', { name: 'docs_find' }), session);
  const received = await harness.received();
  assert.deepEqual([received.serverName, received.caller.profile], ['docs', 'cursor']);
  received.answer('result', '{"content":[]}');
  assert.equal((await calling).status, 200);
});

test('resources of other servers must be refused by a view, and not asked for', async (t) => {
  const { url } = await edgeWith(t);
  const view = `${url}?view=cursor`;
  const session = await openSession(view);
  for (const method of ['resources/subscribe', 'resources/unsubscribe', 'resources/read'])
    assert.equal(
      messageOf((await post(view, request(method, { uri: 'notes://r' }), session)).text),
      'Resource not found: notes://r',
    );
});

test('a session must be bound to its view', async (t) => {
  const { url } = await edgeWith(t);
  const session = await openSession(`${url}?view=cursor`);
  const others = ['', '?view=notes', '/docs'].map((rest) => url + rest);
  for (const other of others) {
    assert.equal((await post(other, request('ping'), session)).status, 404);
    const headers = { ...session, accept: 'text/event-stream' };
    assert.equal((await send(other, { headers })).status, 404);
    assert.equal((await send(other, { method: 'DELETE', headers })).status, 404);
  }
  assert.equal((await post(`${url}?view=cursor`, request('ping'), session)).status, 200);
});

test('an address with two views, with a view of one server, or with one that there is not, must be refused', async (t) => {
  const { url } = await edgeWith(t);
  const refused = async (rest: string) => {
    const { status, text } = await post(url + rest, request('ping'));
    return [status, messageOf(text)];
  };
  assert.deepEqual(await refused('?view=cursor&view=notes'), [400, 'the address names more than one view']);
  assert.deepEqual(await refused('/docs?view=cursor'), [
    400,
    'a view is of all servers: its address is /mcp?view=NAME',
  ]);
  assert.deepEqual(await refused('?view=cusor'), [
    404,
    'there is no view cusor; known: cursor, notes; did you mean cursor?',
  ]);
  assert.equal((await refused('?view='))[0], 404);
  assert.equal((await refused('?%76iew=none'))[0], 404);
});

test('without a token, nothing must be said of the views', async (t) => {
  const auth = () => ({ tokens: { a: '0'.repeat(64) } });
  const { url } = await edgeWith(t, { auth });
  const { status, text } = await post(`${url}?view=none`, request('ping'));
  assert.equal(status, 401);
  assert.doesNotMatch(text, /cursor|notes/);
});

test('log messages, updates and changed lists of other servers must not pass a view', async (t) => {
  const harness = await edgeWith(t);
  const { url, edge } = harness;
  const view = `${url}?view=cursor`;
  const session = await openSession(view);
  const events = await openEvents(view, { headers: session });
  const log = (serverName: string, data: string) =>
    edge.notify({ serverName, method: 'notifications/message', params: toJson({ level: 'error', data }) });
  harness.publish(DOCS, source('notes', { tools: named('other') }));
  log('notes', 'hidden');
  log('docs', 'shown');
  assert.match((await events.next()) ?? '', /"data":"shown"/);
  harness.publish(source('docs', { tools: named('new') }), NOTES);
  assert.match((await events.next()) ?? '', /tools\/list_changed/);
  events.close();
});

test('what a session follows must not reach it once an edit has taken the server from its view', async (t) => {
  const harness = await edgeWith(t);
  const view = `${harness.url}?view=cursor`;
  const session = await openSession(view);
  const events = await openEvents(view, { headers: session });
  const subscribing = post(view, request('resources/subscribe', { uri: 'docs://r' }), session);
  (await harness.received()).answer('result', '{}');
  await subscribing;
  const update = (serverName: string, uri: string) =>
    harness.edge.notify({ serverName, method: 'notifications/resources/updated', params: toJson({ uri }) });
  update('docs', 'docs://r');
  assert.match((await events.next()) ?? '', /docs:\/\/r/);
  harness.setViews({ ...CURSOR, servers: ['notes'] });
  update('docs', 'docs://r');
  const messages = [await events.next(), await events.next(), await events.next()].join();
  assert.match(messages, /list_changed.*list_changed.*list_changed/s);
  assert.doesNotMatch(messages, /docs:\/\/r/);
  assert.deepEqual(toolsOf((await post(view, request('tools/list'), session)).text), ['notes_add']);
  events.close();
});

test('the sessions, streams and calls of a view that is removed must end, and say why', async (t) => {
  const harness = await edgeWith(t);
  const view = `${harness.url}?view=cursor`;
  const session = await openSession(view);
  const other = await openSession(harness.url);
  const events = await openEvents(view, { headers: session });
  const method = 'subscriptions/listen';
  const listening = openEvents(view, {
    method: 'POST',
    headers: { ...POST_HEADERS, ...modernHeaders(method) },
    body: JSON.stringify(request(method, { notifications: { toolsListChanged: true }, _meta: modernMeta() })),
  });
  const modern = await listening;
  await modern.next();
  const calling = post(view, request('tools/call', { name: 'docs_find' }), session);
  const received = await harness.received();
  harness.setViews(NOTES_ONLY);
  assert.equal(await received.cancelled, 'there is no view cursor any more');
  await Promise.all([calling, events.rest(), modern.rest()]);
  const after = await post(view, request('ping'), session);
  assert.deepEqual([after.status, messageOf(after.text)], [404, 'there is no view cursor; known: notes']);
  assert.equal((await post(harness.url, request('ping'), other)).status, 200);
  assert.equal(harness.edge.sessions(), 1);
});

test('what a view shows must be kept while a client has a session, and a minute after a request', async (t) => {
  const clock = fakeClock();
  const { url, catalog } = await edgeWith(t, { clock });
  const view = `${url}?view=cursor`;
  const isKept = () => new Set([catalog.views.of('cursor'), catalog.views.of('cursor')]).size === 1;
  assert.equal(isKept(), false);
  await ask(view, 'tools/list');
  assert.equal(isKept(), true);
  clock.advance(59_000);
  await ask(view, 'tools/list');
  clock.advance(59_000);
  assert.equal(isKept(), true);
  clock.advance(61_000);
  assert.equal(isKept(), false);
});

test('a modern call that waits for its client must not be taken up at another address', async (t) => {
  const harness = await edgeWith(t);
  const calling = ask(
    `${harness.url}?view=cursor`,
    'tools/call',
    { name: 'docs_find' },
    {
      meta: modernMeta({ elicitation: {} }),
    },
  );
  const received = await harness.received();
  void harness.edge.ask({
    serverName: 'docs',
    sessionId: received.caller.sessionId,
    method: 'elicitation/create',
    params: toJson({ message: 'sure?', requestedSchema: { type: 'object', properties: {} } }),
    signal: new AbortController().signal,
  });
  const { requestState } = JSON.parse((await calling).text).result;
  const retry = await ask(harness.url, 'tools/call', { name: 'docs_find', requestState, inputResponses: {} });
  assert.match(retry.text, /requestState/);
  received.answer('result', '{}');
});

test('the older transport must have views too', async (t) => {
  const { url } = await edgeWith(t);
  const events = await openEvents(`${url.replace('/mcp', '/sse')}?view=cursor`);
  const address = (await events.next()) ?? '';
  assert.match(address, /^\/sse\?view=cursor&sessionId=/);
  const root = url.replace('/mcp', '');
  const say = (body: object) => post(root + address, body);
  await say(request('initialize', { protocolVersion: '2024-11-05', capabilities: {} }));
  await events.next();
  await say(request('tools/list', {}, 2));
  assert.deepEqual(toolsOf((await events.next()) ?? ''), ['docs_find']);
  assert.equal((await post(root + address.replace('view=cursor&', ''), request('ping'))).status, 404);
  events.close();
});

test('help for people must show the servers of the view alone', async (t) => {
  const { url } = await edgeWith(t);
  const { text } = await send(`${url}?view=cursor`, { headers: { accept: 'text/plain' } });
  assert.match(text, /"url": "http:\/\/[^"]*\/mcp\?view=cursor"/);
  assert.doesNotMatch(text, /notes|SECRET/);
});

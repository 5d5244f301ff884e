import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonText, toJson } from '../../../src/model/text/json.ts';
import { located, named } from '../../catalog/fixtures.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import {
  ask,
  type Events,
  type Harness,
  modernHeaders,
  modernMeta,
  openEvents,
  openSession,
  POST_HEADERS,
  post,
  source,
  startEdge,
} from '../harness.ts';

const parts = {
  capabilities: { resources: { subscribe: true } },
  tools: named('echo'),
  resources: located('test://dir/', 'test://r'),
};
const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';

function listen(url: string, notifications: unknown, id: unknown = 7): Promise<Events> {
  const method = 'subscriptions/listen';
  const body = JSON.stringify({ jsonrpc: '2.0', id, method, params: { notifications, _meta: modernMeta() } });
  return openEvents(url, { method: 'POST', headers: { ...POST_HEADERS, ...modernHeaders(method) }, body });
}

const next = async (events: Events) => JSON.parse((await events.next()) ?? 'null');
const updated = ({ edge }: Harness, uri: string, serverName = 's') =>
  edge.notify({
    serverName,
    method: 'notifications/resources/updated',
    params: toJson({ uri, _meta: { own: 1 } }),
  });

/** A stream for these URIs, which the server takes. */
async function listenTo(harness: Harness, uris: string[], more: object = {}): Promise<Events> {
  const opening = listen(harness.url, { ...more, resourceSubscriptions: uris });
  for (const _ of uris) (await harness.received()).answer('result', '{}');
  return opening;
}

test('the first message must acknowledge what is honoured, and every message carry the subscription’s id', async (t) => {
  const harness = await startEdge(t, { sources: [source('s', parts, '')] });
  const opening = listen(
    harness.url,
    { toolsListChanged: true, promptsListChanged: false, resourceSubscriptions: ['test://r', 'test://dir/'] },
    'l"1',
  );
  const [first, second] = [await harness.received(), await harness.received()];
  assert.equal(first.method, 'resources/subscribe');
  first.answer('result', '{}');
  second.answer('error', '{"code":-32602,"message":"no"}');
  const events = await opening;
  assert.deepEqual(await next(events), {
    jsonrpc: '2.0',
    method: 'notifications/subscriptions/acknowledged',
    params: {
      _meta: { [SUBSCRIPTION]: 'l"1' },
      notifications: { toolsListChanged: true, resourceSubscriptions: ['test://r'] },
    },
  });
  harness.publish(source('s', { ...parts, tools: named('echo', 'more') }, ''));
  assert.deepEqual(await next(events), {
    jsonrpc: '2.0',
    method: 'notifications/tools/list_changed',
    params: { _meta: { [SUBSCRIPTION]: 'l"1' } },
  });
  updated(harness, 'test://r');
  assert.deepEqual((await next(events)).params, {
    uri: 'test://r',
    _meta: { [SUBSCRIPTION]: 'l"1', own: 1 },
  });
  events.close();
});

test('only notifications that the filter asks for may be sent', async (t) => {
  const harness = await startEdge(t, { sources: [source('s', parts, '')] });
  const prompts = await listen(harness.url, { promptsListChanged: true });
  const resources = await listenTo(harness, ['test://dir/']);
  await next(prompts);
  await next(resources);
  harness.publish(source('s', { ...parts, tools: named('echo', 'more') }, ''));
  const log = { method: 'notifications/message', params: jsonText('{"level":"error","data":1}') };
  harness.edge.notify({ serverName: 's', ...log });
  for (const uri of ['test://r', 'test://dir', 'test://directory', 'test://dir/a']) updated(harness, uri);
  updated(harness, 'test://dir/b', 'other');
  assert.equal((await next(resources)).params.uri, 'test://dir/a');
  await harness.edge.close(0);
  assert.equal((await next(prompts)).result.resultType, 'complete');
  assert.equal((await next(resources)).result.resultType, 'complete');
});

test('several subscriptions of a client must be told apart, and end independently', async (t) => {
  const harness = await startEdge(t, { sources: [source('s', parts, '')] });
  const ids = ['one', 2];
  const streams = await Promise.all(ids.map((id) => listen(harness.url, { toolsListChanged: true }, id)));
  const heardFrom = async (stream: Events | undefined) =>
    stream && (await next(stream)).params._meta[SUBSCRIPTION];
  assert.deepEqual(await Promise.all(streams.map(heardFrom)), ids);
  harness.publish(source('s', { ...parts, tools: named('echo', 'more') }, ''));
  assert.deepEqual(await Promise.all(streams.map(heardFrom)), ids);
  streams[0]?.close();
  harness.publish(source('s', { ...parts, tools: named('echo') }, ''));
  assert.equal(await heardFrom(streams[1]), 2);
  streams[1]?.close();
});

test('a stream at one server’s endpoint must get notifications of that server alone', async (t) => {
  const harness = await startEdge(t, { sources: [source('s', parts), source('o', { tools: named('a') })] });
  const events = await listen(`${harness.url}/s`, { toolsListChanged: true, resourcesListChanged: true });
  await next(events);
  harness.publish(source('s', parts), source('o', { tools: named('b') }));
  harness.publish(source('s', { ...parts, resources: [] }), source('o', { tools: named('b') }));
  assert.equal((await next(events)).method, 'notifications/resources/list_changed');
  events.close();
});

test('streams must end with their result when the gateway closes', async (t) => {
  const harness = await startEdge(t, { sources: [source('s', parts, '')] });
  const events = await listen(harness.url, { toolsListChanged: true }, 3);
  await next(events);
  await harness.edge.close(0);
  assert.deepEqual(await next(events), {
    jsonrpc: '2.0',
    id: 3,
    result: {
      resultType: 'complete',
      _meta: {
        [SUBSCRIPTION]: 3,
        'io.modelcontextprotocol/serverInfo': { name: 'hive', title: 'Hive', version: '0.1.0' },
      },
    },
  });
  assert.equal(await events.next(), undefined);
});

test('an update that arrives together with the answer to its subscription must be delivered, in both eras', async (t) => {
  const harness = await startEdge(t, { sources: [source('s', parts, '')] });
  const opening = listen(harness.url, { resourceSubscriptions: ['test://r'] });
  (await harness.received()).answer('result', '{}');
  updated(harness, 'test://r');
  const events = await opening;
  assert.equal((await next(events)).method, 'notifications/subscriptions/acknowledged');
  assert.equal((await next(events)).method, 'notifications/resources/updated');

  const session = await openSession(harness.url);
  const stream = await openEvents(harness.url, { headers: { accept: 'text/event-stream', ...session } });
  const uri = 'test://dir/';
  const message = { jsonrpc: '2.0', id: 1, method: 'resources/subscribe', params: { uri } };
  const subscribing = post(harness.url, message, session);
  (await harness.received()).answer('result', '{}');
  updated(harness, uri);
  await subscribing;
  assert.equal((await next(stream)).params.uri, uri);
});

test('a subscription that a server refuses must bring no updates, even if another client has one', async (t) => {
  const harness = await startEdge(t, { sources: [source('s', parts, '')] });
  const session = await openSession(harness.url);
  const stream = await openEvents(harness.url, { headers: { accept: 'text/event-stream', ...session } });
  const subscribe = (uri: string) =>
    post(harness.url, { jsonrpc: '2.0', id: 1, method: 'resources/subscribe', params: { uri } }, session);
  const refused = subscribe('test://r');
  (await harness.received()).answer('error', '{"code":-32602,"message":"no"}');
  await refused;
  const taken = subscribe('test://dir/');
  (await harness.received()).answer('result', '{}');
  await taken;
  updated(harness, 'test://r');
  updated(harness, 'test://dir/');
  assert.equal((await next(stream)).params.uri, 'test://dir/');
});

test('a server must stay subscribed to a URI as long as a client of either era follows it', async (t) => {
  const harness = await startEdge(t, { sources: [source('s', parts, '')] });
  const session = await openSession(harness.url);
  const subscribing = post(
    harness.url,
    { jsonrpc: '2.0', id: 1, method: 'resources/subscribe', params: { uri: 'test://r' } },
    session,
  );
  (await harness.received()).answer('result', '{}');
  await subscribing;
  const events = await listenTo(harness, ['test://r', 'test://dir/']);
  await next(events);
  events.close();
  const left = await harness.received();
  assert.deepEqual([left.method, left.params], ['resources/unsubscribe', '{"uri":"test://dir/"}']);
  const again = await listenTo(harness, ['test://r']);
  await next(again);
  const leaving = post(
    harness.url,
    { jsonrpc: '2.0', id: 2, method: 'resources/unsubscribe', params: { uri: 'test://r' } },
    session,
  );
  assert.deepEqual(JSON.parse((await leaving).text).result, {});
  again.close();
  assert.equal((await harness.received()).method, 'resources/unsubscribe');
});

test('a stream that can never carry a notification must end at once', async (t) => {
  const { url } = await startEdge(t, { sources: [source('s', parts, '')] });
  const events = await listen(url, { resourceSubscriptions: [] });
  assert.deepEqual((await next(events)).params.notifications, {});
  assert.equal((await next(events)).result.resultType, 'complete');
});

test('an invalid filter must be refused', async (t) => {
  const { url } = await startEdge(t, { sources: [source('s', parts, '')] });
  for (const notifications of [
    undefined,
    null,
    [],
    { toolsListChanged: 'yes' },
    { resourceSubscriptions: 'test://r' },
    { resourceSubscriptions: [1] },
  ]) {
    const { text } = await ask(url, 'subscriptions/listen', { notifications });
    assert.equal(JSON.parse(text).error.code, -32602, JSON.stringify(notifications));
  }
});

test('a quiet stream must send keep-alive comments', async (t) => {
  const clock = fakeClock();
  const { url } = await startEdge(t, { sources: [source('s', parts, '')], clock });
  const events = await listen(url, { toolsListChanged: true });
  await next(events);
  clock.advance(40_000);
  assert.match((await events.next()) ?? '', /^:/);
  events.close();
});

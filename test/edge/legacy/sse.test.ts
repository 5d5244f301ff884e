import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Client as ClientV2, SSEClientTransport as TransportV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/sse.js';
import {
  CreateMessageRequestSchema,
  LoggingMessageNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { jsonText } from '../../../src/model/text/json.ts';
import { named } from '../../catalog/fixtures.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { openEvents, post, send, source, startEdge, status } from '../harness.ts';

const parts = { capabilities: { logging: {} }, tools: named('echo') };
const at = (url: string, path = '/sse') => url.replace('/mcp', path);

async function connect(t: TestContext, url: string) {
  const client = new ClientV1({ name: 'test', version: '1' }, { capabilities: { sampling: {} } });
  await client.connect(new TransportV1(new URL(url)));
  t.after(() => client.close());
  return client;
}

test('an old client over HTTP+SSE lists, calls, follows, is asked, and leaves', async (t) => {
  const harness = await startEdge(t, { sources: [source('s', parts)] });
  const client = await connect(t, at(harness.url));
  assert.deepEqual(
    (await client.listTools()).tools.map((tool) => tool.name),
    ['s_echo'],
  );
  assert.equal(harness.edge.sessions(), 1);

  const seen: number[] = [];
  const result = client.callTool({ name: 's_echo' }, undefined, {
    onprogress: ({ progress }) => void seen.push(progress),
  });
  const call = await harness.received();
  call.progress(JSON.stringify({ progressToken: JSON.parse(call.params)._meta.progressToken, progress: 1 }));
  client.setRequestHandler(CreateMessageRequestSchema, () => ({
    role: 'assistant',
    content: { type: 'text', text: 'said' },
    model: 'm',
  }));
  const asked = harness.edge.ask({
    serverName: 's',
    sessionId: call.caller.sessionId,
    method: 'sampling/createMessage',
    params: jsonText('{"messages":[],"maxTokens":1}'),
    signal: new AbortController().signal,
  });
  assert.match(String((await asked).json), /said/);
  const large = 'x'.repeat(5_000_000);
  call.answer('result', JSON.stringify({ content: [{ type: 'text', text: large }] }));
  assert.deepEqual((await result).content, [{ type: 'text', text: large }]);
  assert.deepEqual(seen, [1]);

  const [changed, logged] = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()];
  client.setNotificationHandler(ToolListChangedNotificationSchema, changed.resolve);
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) =>
    logged.resolve(params.data),
  );
  harness.publish(source('s', { ...parts, tools: named('echo', 'more') }));
  await changed.promise;
  const params = jsonText('{"level":"info","data":"said"}');
  harness.edge.notify({ serverName: 's', method: 'notifications/message', params });
  assert.equal(await logged.promise, 'said');

  const abort = new AbortController();
  const cancelled = client.callTool({ name: 's_echo' }, undefined, { signal: abort.signal });
  const doomed = await harness.received();
  abort.abort('enough');
  await assert.rejects(cancelled);
  assert.match((await doomed.cancelled) ?? '', /enough/);

  const open = client.callTool({ name: 's_echo' });
  const left = await harness.received();
  await client.close();
  await assert.rejects(open);
  assert.match((await left.cancelled) ?? '', /session has ended/);
  assert.equal(harness.edge.sessions(), 0);
});

test('each server must have an HTTP+SSE endpoint of its own', async (t) => {
  const harness = await startEdge(t, {
    sources: [source('s', parts), source('o', parts)],
    servers: [status('s'), status('o')],
  });
  const client = await connect(t, at(harness.url, '/sse/s'));
  assert.deepEqual(
    (await client.listTools()).tools.map((tool) => tool.name),
    ['echo'],
  );
  const v2 = new ClientV2({ name: 'test', version: '1' });
  await v2.connect(new TransportV2(new URL(at(harness.url, '/sse/o'))));
  t.after(() => v2.close());
  assert.equal((await v2.listTools()).tools.length, 1);
});

test('a POST that belongs to no open stream must be refused', async (t) => {
  const { url } = await startEdge(t, { sources: [source('s', parts)], servers: [status('s')] });
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
  assert.deepEqual((await post(at(url), ping)).headers.allow, 'GET');
  assert.equal((await post(at(url), ping)).status, 405);
  assert.equal((await post(`${at(url)}?sessionId=x`, ping)).status, 404);
  assert.equal((await send(at(url), { headers: { accept: 'application/json' } })).status, 406);
  assert.equal((await send(at(url, '/sse/none'))).status, 404);
  assert.equal((await send(at(url), { method: 'DELETE' })).status, 405);

  const events = await openEvents(at(url));
  const here = new URL((await events.next()) ?? '', url).href;
  assert.equal((await post(here, '[]')).status, 400);
  assert.equal((await post(here.replace('/sse', '/sse/s'), ping)).status, 404);
  assert.equal((await post(here, ping)).status, 202);
  assert.match((await events.next()) ?? '', /"id":1,"error":.*initialize first/);
  events.close();
});

test('a stream on which no session begins must end by itself', async (t) => {
  const clock = fakeClock();
  const { url } = await startEdge(t, { clock });
  const events = await openEvents(at(url));
  await events.next();
  clock.advance(40_000);
  assert.equal(await events.next(), undefined);
});

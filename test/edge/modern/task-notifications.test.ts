/** News of tasks that modern servers run (extension io.modelcontextprotocol/tasks, Task Status Notifications). */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { jsonText } from '../../../src/model/text/json.ts';
import { named } from '../../catalog/fixtures.ts';
import {
  type Events,
  type Harness,
  modernHeaders,
  modernMeta,
  openEvents,
  POST_HEADERS,
  post,
  source,
  startEdge,
} from '../harness.ts';

const EXTENSION = 'io.modelcontextprotocol/tasks';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const KNOWS = { ...modernMeta(), [CAPABILITIES]: { extensions: { [EXTENSION]: {} } } };
const server = {
  era: 'modern',
  capabilities: { tools: {}, extensions: { [EXTENSION]: {} } },
  tools: named('slow'),
} as const;
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

const start = (t: TestContext) =>
  startEdge(t, {
    sources: [source('a', server), source('b', server)],
    auth: () => ({ tokens: { ada: digest('hive_ada'), bob: digest('hive_bob') } }),
  });

const as = (who: string, method: string, name?: string) => ({
  ...POST_HEADERS,
  ...modernHeaders(method),
  authorization: `Bearer hive_${who}`,
  ...(name ? { 'mcp-name': name } : {}),
});
const body = (method: string, params: object) =>
  JSON.stringify({ jsonrpc: '2.0', id: 7, method, params: { _meta: KNOWS, ...params } });

/** Ada begins a task at the server. */
async function begin({ url, received }: Harness, serverName: string, taskId: string): Promise<void> {
  const name = `${serverName}_slow`;
  const method = 'tools/call';
  const began = post(url, body(method, { name, arguments: {} }), as('ada', method, name));
  const task = { resultType: 'task', taskId, status: 'working' };
  (await received()).answer('result', JSON.stringify(task), 'modern');
  await began;
}

function listen({ url }: Harness, who: string, taskIds: string[], path = ''): Promise<Events> {
  const method = 'subscriptions/listen';
  const text = body(method, { notifications: { taskIds } });
  return openEvents(`${url}${path}`, { method: 'POST', headers: as(who, method), body: text });
}

const next = async (events: Events) => JSON.parse((await events.next()) ?? 'null');
const tell = ({ edge }: Harness, serverName: string, taskId: string, status: string) =>
  edge.notify({
    serverName,
    method: 'notifications/tasks',
    params: jsonText(`{"taskId":"${taskId}","status":"${status}","result":{"big":12345678901234567890}}`),
  });

test('the client that began a task must get its notifications unchanged until the stream ends', async (t) => {
  const harness = await start(t);
  await begin(harness, 'b', 't1');
  const opening = listen(harness, 'ada', ['t1', 't1', 'unknown']);
  const asked = await harness.received();
  assert.deepEqual(
    [asked.serverName, asked.method, asked.params],
    ['b', 'tasks/subscribe', '{"taskId":"t1"}'],
  );
  asked.answer('result', '{}');
  const events = await opening;
  assert.deepEqual((await next(events)).params.notifications, { taskIds: ['t1'] });
  tell(harness, 'a', 't1', 'of another server');
  tell(harness, 'b', 't2', 'of another task');
  tell(harness, 'b', 't1', 'completed');
  const text = (await events.next()) ?? '';
  assert.match(text, /"taskId":"t1","status":"completed","result":\{"big":12345678901234567890\}/);
  assert.equal(JSON.parse(text).params._meta['io.modelcontextprotocol/subscriptionId'], 7);
  events.close();
  const ended = await harness.received();
  assert.deepEqual(
    [ended.serverName, ended.method, ended.params],
    ['b', 'tasks/unsubscribe', '{"taskId":"t1"}'],
  );
});

test('a task’s notifications must reach no other client, and no endpoint without its server', async (t) => {
  const harness = await start(t);
  await begin(harness, 'b', 't1');
  for (const [who, path] of [
    ['bob', ''],
    ['ada', '/a'],
  ] as const) {
    const events = await listen(harness, who, ['t1'], path);
    assert.deepEqual((await next(events)).params.notifications, {});
    assert.equal((await next(events)).result.resultType, 'complete');
  }
});

test('a client that has not declared the extension must be told what is missing', async (t) => {
  const { url } = await start(t);
  const method = 'subscriptions/listen';
  const params = { notifications: { taskIds: ['t1'] }, _meta: modernMeta() };
  const { status, text } = await post(url, body(method, params), as('ada', method));
  const { error } = JSON.parse(text);
  const requiredCapabilities = { extensions: { [EXTENSION]: {} } };
  assert.deepEqual([status, error.code, error.data], [400, -32021, { requiredCapabilities }]);
});

test('the gateway’s own methods for task notifications must not be open to clients', async (t) => {
  const { url } = await start(t);
  for (const method of ['tasks/subscribe', 'tasks/unsubscribe'])
    assert.equal((await post(`${url}/b`, body(method, { taskId: 't1' }), as('ada', method))).status, 404);
});

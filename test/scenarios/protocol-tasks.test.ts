import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modernHeaders, modernMeta, openEvents, POST_HEADERS } from '../edge/harness.ts';
import { createStack, native } from '../helpers/hive.ts';
import { rawClient } from '../helpers/raw-client.ts';

const CAPABILITIES = { extensions: { 'io.modelcontextprotocol/tasks': {} } };

test('the end of a modern task must reach the client that began it, without being asked for', async (t) => {
  const hive = await createStack(t, { servers: { s: native('tasks') } }).up();
  await hive.untilServer('s', 'ready');
  const client = await rawClient('modern', hive.url, CAPABILITIES);
  const { result: discovered } = await client.ask('server/discover');
  assert.partialDeepStrictEqual(discovered?.capabilities, CAPABILITIES);
  for (const taskId of ['t1', 't2']) {
    const { result } = await client.ask('tools/call', { name: 's_echo', arguments: {} });
    assert.deepEqual([result?.resultType, result?.taskId], ['task', taskId]);
    const method = 'subscriptions/listen';
    const params = { notifications: { taskIds: [taskId, 'of-another'] }, _meta: modernMeta(CAPABILITIES) };
    const events = await openEvents(hive.url, {
      method: 'POST',
      headers: { ...POST_HEADERS, ...modernHeaders(method) },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const next = async () => JSON.parse((await events.next()) ?? '').params;
    assert.deepEqual((await next()).notifications, { taskIds: [taskId] });
    const told = await next();
    assert.deepEqual(
      [told.taskId, told.status, told.result.content[0].text],
      [taskId, 'completed', `done ${taskId}`],
    );
    events.close();
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatewayStatus } from '../../src/model/status.ts';
import { modernHeaders, modernMeta, openEvents, POST_HEADERS } from '../edge/harness.ts';
import { createStack, native } from '../helpers/hive.ts';
import { isAlive } from '../helpers/processes.ts';
import { rawClient } from '../helpers/raw-client.ts';
import { eventually } from '../helpers/tools.ts';

const CAPABILITIES = { extensions: { 'io.modelcontextprotocol/tasks': {} } };

test('the end of a modern task must be pushed to the client that started it', async (t) => {
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

for (const [era, isolation] of [
  ['legacy', 'shared'],
  ['legacy', 'session'],
  ['modern', 'shared'],
] as const)
  test(`a task of a replaced server must be served until it ends, and then the server be stopped: ${era}, ${isolation}`, async (t) => {
    const entry = { ...native('either-era', era), isolation, timeouts: { drain: '10m' } };
    const stack = createStack(t, { servers: { s: entry } });
    const hive = await stack.up();
    const { pid } = await hive.untilServer('s', 'ready');
    assert.ok(pid);
    const client = await rawClient(era, hive.url, CAPABILITIES);
    const call = era === 'legacy' ? { name: 's_params', task: {} } : { name: 's_task' };
    const { result } = await client.ask('tools/call', call);
    const { taskId } = (result?.task ?? result) as Record<string, unknown>;
    stack.save({ servers: { s: { ...entry, env: { EDITED: '1' } } } });
    const isReplaced = ({ servers: [s] }: GatewayStatus) => s?.state === 'ready' && s.pid !== pid;
    await hive.until('it is replaced', isReplaced);
    assert.equal((await client.ask('tasks/get', { taskId })).result?.status, 'working');
    assert.ok(isAlive(pid));
    assert.ok((await client.ask('tasks/cancel', { taskId })).result);
    if (era === 'modern')
      assert.equal((await client.ask('tasks/get', { taskId })).result?.status, 'cancelled');
    await eventually('the old server is gone', async () => !isAlive(pid));
  });

test('a task of a replaced server must get timeouts.drain, and no more', async (t) => {
  const entry = { ...native('either-era', 'legacy'), timeouts: { drain: '300ms' } };
  const stack = createStack(t, { servers: { s: entry } });
  const hive = await stack.up();
  const { pid = 0 } = await hive.untilServer('s', 'ready');
  const client = await rawClient('legacy', hive.url);
  assert.ok((await client.ask('tools/call', { name: 's_params', task: {} })).result?.task);
  stack.save({ servers: { s: { ...entry, env: { EDITED: '1' } } } });
  await eventually('the old server is gone', async () => !isAlive(pid));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toJson } from '../../../../src/model/text/json.ts';
import { connectUpstream } from '../../../../src/runtime/upstream/connect-upstream.ts';
import { bytesHeld } from '../../../helpers/bytes-held.ts';
import { callerOf } from '../../../helpers/caller.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';
import { HELLO, listen, script, tool } from '../harness.ts';

const CAPABILITIES = { tools: {}, tasks: { requests: { tools: { call: {} } } } };

/** A server in memory that begins a task for each call. */
async function serving(status: Record<string, unknown> = { ttl: 60_000 }) {
  let count = 0;
  const { initialize, ...rest } = HELLO;
  const hello = initialize();
  const server = script({
    ...rest,
    initialize: () => ({ result: { ...hello.result, capabilities: CAPABILITIES } }),
    'tools/call': () => ({ result: { task: { taskId: `t${++count}`, status: 'working', ...status } } }),
    'tasks/get': ({ taskId }: { taskId: string }) => ({ result: { taskId, status: 'failed' } }),
    'tasks/cancel': ({ taskId }: { taskId: string }) => ({ result: { taskId, status: 'cancelled' } }),
    'tasks/result': () => ({ result: { content: [] } }),
  });
  const clock = fakeClock(0);
  const { told, handlers } = listen();
  const timeouts = { start: 10_000, call: 10_000, callMax: 100_000 };
  const upstream = await connectUpstream({
    serverName: 's',
    open: server.open,
    timeouts,
    clock,
    ...handlers,
  });
  const heard: string[] = [];
  async function begin(progressToken: string, sessionId = 'mine') {
    const { params } = tool({}, { progressToken });
    const augmented = toJson({ ...JSON.parse(String(params)), task: {} });
    const onProgress = (it: Buffer) => void heard.push(String(it));
    const reply = upstream.call(
      { method: 'tools/call', params: augmented, onProgress },
      callerOf({ sessionId }),
    );
    await reply.reply;
    const sent = server.sent.at(-1)?.params?._meta as { progressToken: number };
    return sent.progressToken;
  }
  const report = (progressToken: number, progress: number) =>
    server.say({ method: 'notifications/progress', params: { progressToken, progress } });
  const ask = (method: string, taskId: string) => upstream.call({ method, params: toJson({ taskId }) }).reply;
  return { upstream, server, clock, told, heard, begin, report, ask };
}

test('progress of a task must continue after the answer, under the token of the call that began it', async () => {
  const { begin, report, heard, upstream } = await serving();
  const [first, second] = [await begin('a'), await begin('b')];
  report(second, 1);
  report(first, 1);
  report(first, 2);
  assert.deepEqual(heard, [
    '{"progressToken":"b","progress":1}',
    '{"progressToken":"a","progress":1}',
    '{"progressToken":"a","progress":2}',
  ]);
  await upstream.close(0);
});

for (const [way, end] of [
  ['tasks/get', ({ ask }) => ask('tasks/get', 't1')],
  ['tasks/result', ({ ask }) => ask('tasks/result', 't1')],
  ['tasks/cancel', ({ ask }) => ask('tasks/cancel', 't1')],
  [
    'notifications/tasks/status',
    ({ server }) =>
      server.say({ method: 'notifications/tasks/status', params: { taskId: 't1', status: 'completed' } }),
  ],
  ['its ttl', ({ clock }) => clock.advance(60_000)],
  ['the end of its session', ({ upstream }) => upstream.endSession('mine')],
] as readonly (readonly [string, (it: Awaited<ReturnType<typeof serving>>) => unknown])[])
  test(`progress of a task must end with the task: ${way}`, async () => {
    const it = await serving();
    const token = await it.begin('a');
    it.report(token, 1);
    await end(it);
    it.report(token, 2);
    assert.deepEqual(it.heard, ['{"progressToken":"a","progress":1}']);
    assert.match(String(it.told.noise.at(-1)), /progress for no call in flight/);
    await it.upstream.close(0);
  });

test('a task without ttl must be forgotten after as long a silence as a call may last', async () => {
  const { begin, report, heard, clock, upstream } = await serving({ ttl: null });
  const token = await begin('a');
  clock.advance(90_000);
  report(token, 1);
  clock.advance(90_000);
  report(token, 2);
  clock.advance(100_000);
  report(token, 3);
  assert.equal(heard.length, 2);
  await upstream.close(0);
});

test('above the maximum the oldest task must be forgotten first', async () => {
  const { begin, report, heard, upstream } = await serving();
  const first = await begin('first');
  const second = await begin('second');
  for (let i = 0; i < 999; i++) await begin(`${i}`);
  report(first, 1);
  report(second, 1);
  assert.deepEqual(heard, ['{"progressToken":"second","progress":1}']);
  await upstream.close(0);
});

test('a replaced server must wait for its tasks, and for their outcomes to be fetched', async () => {
  const { begin, ask, server, upstream } = await serving();
  await Promise.all([begin('a'), begin('b'), begin('c', 'other')]);
  let isOver = false;
  const drained = upstream.drain(1_000_000, true).then(() => {
    isOver = true;
  });
  const isWaiting = async (): Promise<boolean> => {
    await new Promise(setImmediate);
    return !isOver;
  };
  await upstream.drain(0);
  await ask('tasks/get', 't1');
  await ask('tasks/cancel', 't2');
  assert.ok(await isWaiting(), 'of the first nobody has asked what it came to, the third goes on');
  assert.deepEqual(
    ['t1', 't2', 't3'].map((taskId) => upstream.tasks.knows(taskId, 'mine')),
    [true, false, false],
  );
  await ask('tasks/result', 't1');
  assert.ok(await isWaiting());
  server.say({ method: 'notifications/tasks/status', params: { taskId: 't3', status: 'completed' } });
  assert.ok(await isWaiting());
  upstream.endSession('other');
  await drained;
  await upstream.close(0);
});

test('tasks that do not end must delay a replacement only up to its limit', async () => {
  const { begin, clock, upstream } = await serving();
  await begin('a');
  const drained = upstream.drain(1_000, true);
  clock.advance(1_000);
  await drained;
  await upstream.close(0);
});

test('a task must not keep the request that began it', async () => {
  const { upstream } = await serving();
  const before = bytesHeld();
  for (let count = 0; count < 30; count++) {
    const params = toJson({
      name: 'x',
      task: {},
      _meta: { progressToken: 'a' },
      padding: 'x'.repeat(1_000_000),
    });
    await upstream.call({ method: 'tools/call', params, onProgress: () => {} }, callerOf()).reply;
  }
  assert.equal(upstream.tasks.running, 30);
  const grown = bytesHeld() - before;
  assert.ok(grown < 45_000_000, `thirty tasks keep no ${grown} bytes`);
  await upstream.close(0);
});

test('a token or an id of a task too long to keep must be forgotten', async () => {
  const { begin, report, heard, upstream } = await serving();
  report(await begin('x'.repeat(1_100)), 1);
  assert.deepEqual(heard, []);
  await upstream.close(0);
  const long = await serving({ taskId: 'x'.repeat(1_100) });
  await long.begin('a');
  assert.equal(long.upstream.tasks.running, 0);
  await long.upstream.close(0);
});

test('the tasks of one client must push out none of another', async () => {
  const { upstream } = await serving();
  const begin = (principal: string, sessionId: string) =>
    upstream.call(
      { method: 'tools/call', params: toJson({ name: 'x', task: {} }) },
      callerOf({ principal, sessionId }),
    ).reply;
  await begin('bob', 'bob');
  for (let count = 0; count < 1_001; count++) await begin('alice', 'alice');
  assert.equal(upstream.tasks.running, 1_000);
  assert.ok(upstream.tasks.knows('t1', 'bob'));
  assert.ok(!upstream.tasks.knows('t2', 'alice'));
  await upstream.close(0);
});

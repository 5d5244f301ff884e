import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, type Script } from '../harness.ts';
import { lastOf, modern, PREFIX, request } from '../modern-harness.ts';

const subscriptionId = `${PREFIX}subscriptionId`;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Acknowledges the last `subscriptions/listen`. */
function acknowledge(it: Script): number {
  const { id, params } = lastOf(it, 'subscriptions/listen');
  const { notifications } = params;
  it.say({
    method: 'notifications/subscriptions/acknowledged',
    params: { _meta: { [subscriptionId]: id }, notifications },
  });
  return id;
}

test('one stream must carry all topics: a new one replaces it before it ends, and nothing arrives twice', async () => {
  const it = await modern();
  const first = acknowledge(it);
  assert.deepEqual(lastOf(it, 'subscriptions/listen').params.notifications, { toolsListChanged: true });
  assert.equal(it.upstream.inFlight, 0);
  const taken = it.upstream.call(request({ uri: 'r://a' }, { method: 'resources/subscribe' })).reply;
  assert.ok(!it.sent.some(({ method }) => method === 'resources/subscribe'));
  assert.deepEqual(lastOf(it, 'subscriptions/listen').params.notifications, {
    toolsListChanged: true,
    resourceSubscriptions: ['r://a'],
  });
  assert.equal(it.sent.filter(({ method }) => method === 'notifications/cancelled').length, 0);
  const second = acknowledge(it);
  assert.deepEqual(parse(await taken), {});
  assert.deepEqual(lastOf(it, 'notifications/cancelled').params.requestId, first);
  for (const id of [first, second])
    it.say({
      method: 'notifications/resources/updated',
      params: { uri: 'r://a', _meta: { [subscriptionId]: id, v: 1 } },
    });
  assert.deepEqual(
    it.told.notifications.map(({ params }) => params?.toString()),
    ['{"uri":"r://a","_meta":{"v":1}}'],
  );
  await it.upstream.call(request({ uri: 'r://a' }, { method: 'resources/unsubscribe' })).reply;
  assert.deepEqual(lastOf(it, 'subscriptions/listen').params.notifications, { toolsListChanged: true });
  await it.upstream.close(0);
});

test('subscriptions that an earlier gateway left in the process must be ended, each once', async () => {
  const it = await modern();
  const own = acknowledge(it);
  for (const id of [7, 7, '"x"', own])
    it.say({ method: 'notifications/tools/list_changed', params: { _meta: { [subscriptionId]: id } } });
  const ended = it.sent.filter(({ method }) => method === 'notifications/cancelled');
  assert.deepEqual(
    ended.map(({ params }) => params?.requestId),
    [7, '"x"'],
  );
  await it.upstream.close(0);
});

for (const how of ['answers', 'cancels'] as const) {
  test(`a stream that the server ${how} must be reopened, and missed changes be read`, async () => {
    let list: object = { result: { tools: [] } };
    const it = await modern({ 'tools/list': () => list });
    const id = acknowledge(it);
    list = { result: { tools: [{ name: 'new' }] } };
    if (how === 'answers') it.say({ id, result: { resultType: 'complete' } });
    else it.say({ method: 'notifications/cancelled', params: { requestId: id } });
    await settle();
    assert.equal(lastOf(it, 'subscriptions/listen').id, id);
    it.clock.advance(1_000);
    assert.notEqual(acknowledge(it), id);
    it.clock.advance(100);
    await it.told.until(() => it.told.inventories.length > 0);
    assert.deepEqual(
      it.told.inventories[0]?.tools.map(({ key }) => key),
      ['new'],
    );
    await it.upstream.close(0);
  });
}

test('a stream without acknowledgment must be given up, its waiters refused, and retried with growing pauses', async () => {
  const it = await modern();
  const listens = (): number => it.sent.filter(({ method }) => method === 'subscriptions/listen').length;
  acknowledge(it);
  const waiting = it.upstream.call(request({ uri: 'r://a' }, { method: 'resources/subscribe' })).reply;
  assert.equal(listens(), 2);
  it.clock.advance(10_000);
  const late = await waiting;
  assert.equal(late.kind, 'error');
  assert.deepEqual(parse(late), {
    code: -31_002,
    message: 'the server did not acknowledge the subscription within 10 s',
  });
  it.clock.advance(1_000);
  assert.equal(listens(), 3);
  it.clock.advance(10_000);
  await settle();
  it.clock.advance(1_000);
  assert.equal(listens(), 3);
  it.clock.advance(1_000);
  assert.equal(listens(), 4);
  await it.upstream.close(0);
});

test('a server without subscriptions must be asked for them once, and serve', async () => {
  const it = await modern({
    'subscriptions/listen': () => ({ error: { code: -32601, message: 'Method not found' } }),
  });
  await settle();
  it.clock.advance(600_000);
  assert.equal(it.sent.filter(({ method }) => method === 'subscriptions/listen').length, 1);
  assert.match(it.told.noise.join(), /changes of its lists are not followed/);
  await it.upstream.close(0);
});

test('task notifications must arrive unchanged, on a stream that declares the extension; missed ones are fetched', async () => {
  const it = await modern({
    'tasks/get': () => ({
      result: { resultType: 'complete', taskId: 't1', status: 'completed', result: {} },
    }),
  });
  acknowledge(it);
  const task = (method: string) => it.upstream.call(request({ taskId: 't1' }, { method })).reply;
  const taken = task('tasks/subscribe');
  const { params } = lastOf(it, 'subscriptions/listen');
  assert.deepEqual(params.notifications, { toolsListChanged: true, taskIds: ['t1'] });
  const declared = { extensions: { [`${PREFIX}tasks`]: {} } };
  assert.deepEqual(params._meta[`${PREFIX}clientCapabilities`], declared);
  const id = acknowledge(it);
  assert.deepEqual(parse(await taken), {});
  it.say({
    method: 'notifications/tasks',
    params: { taskId: 't1', status: 'working', _meta: { [subscriptionId]: id } },
  });
  it.say({ id, result: { resultType: 'complete' } });
  await settle();
  it.clock.advance(1_000);
  acknowledge(it);
  await it.told.until(() => it.told.notifications.length === 2);
  assert.deepEqual(lastOf(it, 'tasks/get').params._meta[`${PREFIX}clientCapabilities`], declared);
  assert.deepEqual(
    it.told.notifications.map(({ method, params }) => [method, params?.toString()]),
    [
      ['notifications/tasks', '{"taskId":"t1","status":"working"}'],
      ['notifications/tasks', '{"taskId":"t1","status":"completed","result":{}}'],
    ],
  );
  await task('tasks/unsubscribe');
  assert.deepEqual(lastOf(it, 'subscriptions/listen').params.notifications, { toolsListChanged: true });
  await it.upstream.close(0);
});

test('a task that the server does not notify of must be refused', async () => {
  const it = await modern();
  acknowledge(it);
  const taken = it.upstream.call(request({ taskId: 't1' }, { method: 'tasks/subscribe' })).reply;
  const { id } = lastOf(it, 'subscriptions/listen');
  it.say({
    method: 'notifications/subscriptions/acknowledged',
    params: { _meta: { [subscriptionId]: id }, notifications: { toolsListChanged: true } },
  });
  assert.equal((await taken).kind, 'error');
  await it.upstream.close(0);
});

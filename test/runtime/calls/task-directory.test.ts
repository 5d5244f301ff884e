import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '../../../src/model/caller.ts';
import { createTaskDirectory } from '../../../src/runtime/calls/task-directory.ts';
import { callerOf } from '../../helpers/caller.ts';
import { errorOf, OTHER_SESSION, requestOf, resultOf, SESSION, under } from './harness.ts';

const LEGACY_TASK = resultOf('{"task":{"taskId":"t","status":"working"}}');
const MODERN_TASK = {
  ...resultOf('{"resultType":"task","taskId":"t","status":"working"}'),
  era: 'modern',
} as const;
const modern = (principal: string, sessionId: string) => callerOf({ principal, sessionId, era: 'modern' });

test('a legacy task must be known to the session that began it, and to no other', async () => {
  const { layer, serverOf } = createTaskDirectory();
  const { call, passed } = under(layer);
  call('s', requestOf('tools/call', { name: 'slow', task: {} }), SESSION);
  assert.equal(serverOf(SESSION, 't'), undefined);
  await passed[0]?.answer(LEGACY_TASK);
  assert.equal(serverOf(SESSION, 't'), 's');
  assert.equal(serverOf(OTHER_SESSION, 't'), undefined);
});

test('a modern task must be known to every request of the principal that began it', async () => {
  const { layer, serverOf } = createTaskDirectory();
  const { call, passed } = under(layer);
  call('s', requestOf('tools/call', { name: 'slow' }), modern('token:ada', 'first'));
  await passed[0]?.answer(MODERN_TASK);
  assert.equal(serverOf(modern('token:ada', 'second'), 't'), 's');
  assert.equal(serverOf(modern('token:bob', 'first'), 't'), undefined);
});

test('an answer that begins no task must not be taken for one that does', async () => {
  const { layer, serverOf } = createTaskDirectory();
  const { call, passed } = under(layer);
  call('s', requestOf('tools/call', { name: 'looks like it' }), SESSION);
  await passed[0]?.answer(LEGACY_TASK);
  call('s', requestOf('tools/call', { name: 'fails', task: {} }), SESSION);
  await passed[1]?.answer(errorOf('{"task":{"taskId":"t"}}'));
  call('s', requestOf('prompts/get', { name: 'no tool', task: {} }), SESSION);
  await passed[2]?.answer(LEGACY_TASK);
  assert.equal(serverOf(SESSION, 't'), undefined);
});

test('the oldest tasks must be forgotten first, at the limit', async () => {
  const { layer, serverOf } = createTaskDirectory(2);
  const { call, passed } = under(layer);
  for (const [index, taskId] of ['a', 'b', 'c'].entries()) {
    call('s', requestOf('tools/call', { task: {} }), SESSION);
    await passed[index]?.answer(resultOf(`{"task":{"taskId":"${taskId}"}}`));
  }
  assert.deepEqual(
    ['a', 'b', 'c'].map((taskId) => serverOf(SESSION, taskId)),
    [undefined, 's', 's'],
  );
});

test('the tasks of one client must push out none of another', async () => {
  const { layer, serverOf } = createTaskDirectory(3);
  const { call, passed } = under(layer);
  const bob = callerOf({ sessionId: 'bob', principal: 'bob' });
  const begin = async (caller: Caller, taskId: string): Promise<void> => {
    call('s', requestOf('tools/call', { task: {} }), caller);
    await passed.at(-1)?.answer(resultOf(`{"task":{"taskId":"${taskId}"}}`));
  };
  await begin(bob, 'b');
  for (const taskId of ['1', '2', '3', '4']) await begin(SESSION, taskId);
  assert.equal(serverOf(bob, 'b'), 's');
  assert.deepEqual(
    ['1', '2', '3', '4'].map((taskId) => serverOf(SESSION, taskId)),
    [undefined, undefined, 's', 's'],
  );
  await begin(callerOf({ sessionId: 'carol', principal: 'carol' }), 'c');
  assert.equal(serverOf(bob, 'b'), undefined, 'a client without tasks takes the place of the oldest');
});

test('a task with an id too long to keep must not be known', async () => {
  const { layer, serverOf } = createTaskDirectory();
  const { call, passed } = under(layer);
  for (const length of [1_024, 1_025]) {
    const taskId = 'x'.repeat(length);
    call('s', requestOf('tools/call', { task: {} }), SESSION);
    await passed.at(-1)?.answer(resultOf(`{"task":{"taskId":"${taskId}"}}`));
    assert.equal(serverOf(SESSION, taskId), length === 1_024 ? 's' : undefined);
  }
});

test('ten thousand tasks must be known', async () => {
  const { layer, serverOf } = createTaskDirectory();
  const { call, passed } = under(layer);
  const begin = async (taskId: string): Promise<void> => {
    call('s', requestOf('tools/call', { task: {} }), SESSION);
    await passed.at(-1)?.answer(resultOf(`{"task":{"taskId":"${taskId}"}}`));
  };
  for (let task = 0; task < 10_000; task++) await begin(`${task}`);
  assert.equal(serverOf(SESSION, '0'), 's');
  await begin('last');
  assert.deepEqual(
    ['0', '1', 'last'].map((taskId) => serverOf(SESSION, taskId)),
    [undefined, 's', 's'],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallRequest } from '../../../src/model/calls.ts';
import { toTaskHolder } from '../../../src/runtime/calls/task-holder.ts';
import { MODERN_CALLER } from '../../helpers/caller.ts';
import { draining, OTHER_SESSION, requestOf, resultOf, SESSION, under } from './harness.ts';

/** A connection on which the session's task `t` runs. */
function connection(owner: string | undefined) {
  const got: string[] = [];
  const call = ({ method }: CallRequest) => {
    got.push(method);
    return { reply: Promise.resolve(resultOf('{}')), cancel: () => {} };
  };
  const knows = (taskId: string, sessionId: string | undefined) => taskId === 't' && sessionId === owner;
  return { got, call, tasks: { knows } };
}
const NO_OTHERS = { holderOf: () => undefined };
const get = (taskId: string) => requestOf('tasks/get', { taskId });

test('a request about a task must go to the replaced instance that runs it, if its caller began it', () => {
  const upstream = connection('one');
  const { call, passed } = under(toTaskHolder({ of: () => [draining({ upstream, isolated: NO_OTHERS })] }));
  call('s', get('t'), SESSION);
  assert.deepEqual([upstream.got, passed.length], [['tasks/get'], 0]);
  for (const [request, caller] of [
    [get('t'), OTHER_SESSION],
    [get('t'), MODERN_CALLER],
    [get('unknown'), SESSION],
    [requestOf('tools/call', { taskId: 't' }), SESSION],
    [requestOf('tasks/get'), SESSION],
  ] as const)
    call('s', request, caller);
  assert.equal(upstream.got.length, 1);
  assert.equal(passed.length, 5);
});

test('a task on a connection of the session’s own must be found there, and a modern one without a session', () => {
  const own = connection(undefined);
  const isolated = {
    holderOf: (taskId: string, owner?: string) => (own.tasks.knows(taskId, owner) ? own : undefined),
  };
  const upstream = connection('nobody');
  const { call } = under(toTaskHolder({ of: () => [draining({ upstream, isolated })] }));
  call('s', get('t'), MODERN_CALLER);
  assert.deepEqual([own.got, upstream.got], [['tasks/get'], []]);
});

test('an instance that drains without its tasks must get no new request', () => {
  const upstream = connection('one');
  const { call, passed } = under(
    toTaskHolder({ of: () => [draining({ upstream, isolated: NO_OTHERS }, false)] }),
  );
  call('s', get('t'), SESSION);
  assert.deepEqual([upstream.got, passed.length], [[], 1]);
});

/** Tasks of one connection, without a server: which are followed, for whom, and until when. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '../../../../src/model/caller.ts';
import type { Era } from '../../../../src/model/era.ts';
import { type Json, jsonText, toJson } from '../../../../src/model/text/json.ts';
import { RunningTasks } from '../../../../src/runtime/upstream/requests/running-tasks.ts';
import { RPC } from '../../../../src/wire/codes.ts';
import { callerOf, MODERN_CALLER } from '../../../helpers/caller.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';

const PATIENCE_MS = 100_000;
const STATUS = 'notifications/tasks/status';
const settle = () => new Promise(setImmediate);

interface Beginning {
  readonly callId?: number;
  readonly caller?: Caller | undefined;
  readonly token?: string | undefined;
  readonly isDeaf?: boolean;
  readonly params?: Json | undefined;
  readonly method?: string;
}

function world(era: Era = 'legacy') {
  const clock = fakeClock(0);
  let timers = 0;
  const counted = {
    now: clock.now,
    setTimeout(callback: () => void, ms: number) {
      timers += 1;
      const timer = clock.setTimeout(callback, ms);
      return {
        cancel() {
          timers -= 1;
          timer.cancel();
        },
      };
    },
  };
  const tasks = new RunningTasks({ era, clock: counted, patienceMs: () => PATIENCE_MS });
  const heard: string[] = [];
  const begin = (task: object, sent: Beginning = {}): void => {
    const { callId = 1, method = 'tools/call', token = '"a"', isDeaf = false } = sent;
    const params = 'params' in sent ? sent.params : jsonText('{"name":"x","task":{}}');
    const onProgress = isDeaf ? undefined : (it: Json) => void heard.push(`${it}`);
    const caller = 'caller' in sent ? sent.caller : callerOf();
    tasks.answered(
      {
        id: callId,
        request: { method, params, onProgress },
        caller,
        token: 'token' in sent && sent.token === undefined ? undefined : jsonText(token),
      },
      {
        kind: 'result',
        json: toJson(era === 'modern' ? { resultType: 'task', ...task } : { task }),
      },
    );
  };
  const answer = (
    method: string,
    taskId: string | undefined,
    reply: object,
    kind: 'result' | 'error' = 'result',
  ) =>
    tasks.answered(
      {
        id: 7,
        request: { method, params: taskId === undefined ? undefined : toJson({ taskId }) },
        caller: callerOf(),
        token: undefined,
      },
      { kind, json: toJson(reply) } as { kind: 'result'; json: Json },
    );
  const notify = (params: object, method = STATUS) => tasks.notified(method, toJson(params));
  const report = (callId: unknown) => tasks.progress(toJson({ progressToken: callId, progress: 1 }));
  const drained = async (): Promise<boolean> => {
    let isOver = false;
    void tasks.drain(1_000_000_000).then(() => {
      isOver = true;
    });
    await settle();
    return isOver;
  };
  return { tasks, clock, heard, begin, answer, notify, report, drained, timers: () => timers };
}

const working = (taskId: string, rest: object = {}) => ({ taskId, status: 'working', ...rest });
const completed = (taskId: string, rest: object = {}) => ({ taskId, status: 'completed', ...rest });

test('a thousand tasks must be followed, the oldest of the same client giving way first', () => {
  const { tasks, begin } = world();
  const of = (principal: string): Beginning => ({ caller: callerOf({ principal }) });
  begin(working('bob'), of('bob'));
  for (let index = 0; index < 999; index++) begin(working(`alice ${index}`), of('alice'));
  assert.deepEqual([tasks.running, tasks.knows('alice 0', 'session')], [1_000, true]);
  begin(working('alice 999'), of('alice'));
  assert.deepEqual(
    ['bob', 'alice 0', 'alice 1', 'alice 999'].map((id) => tasks.knows(id, 'session')),
    [true, false, true, true],
  );
  begin(working('carol'), of('carol'));
  assert.deepEqual(
    ['bob', 'alice 1', 'carol'].map((id) => tasks.knows(id, 'session')),
    [false, true, true],
  );
  assert.equal(tasks.running, 1_000);
});

test('a thousand outcomes must be kept until they are fetched, the oldest giving way first', () => {
  const { tasks, begin } = world();
  for (let index = 0; index <= 1_000; index++) {
    if (index === 1_000) assert.ok(tasks.knows('0', 'session'));
    begin(completed(`${index}`));
  }
  assert.deepEqual(
    ['0', '1', '1000'].map((id) => tasks.knows(id, 'session')),
    [false, true, true],
  );
  assert.equal(tasks.running, 0);
  begin(working('2000', { status: 'cancelled' }));
  assert.ok(tasks.knows('1', 'session'), 'a task without an outcome needs no room for one');
});

test('a task’s id may have 1024 characters', () => {
  const { tasks, begin } = world();
  begin(working('i'.repeat(1_024)));
  begin(working('j'.repeat(1_025)));
  assert.equal(tasks.running, 1);
});

test('a task’s token may have 1024 bytes', () => {
  const { begin, report } = world();
  for (const [callId, length] of [
    [1, 1_024],
    [2, 1_025],
  ] as const) {
    begin(working(`t${callId}`), { callId, token: `"${'x'.repeat(length - 2)}"` });
    assert.equal(report(callId), callId === 1);
  }
});

for (const [what, task, sent] of [
  ['another method', working('t'), { method: 'resources/read' }],
  ['no params', working('t'), { params: undefined }],
  ['a request for no task', working('t'), { params: jsonText('{"name":"x"}') }],
  ['a task among the arguments', working('t'), { params: jsonText('{"arguments":{"task":{}}}') }],
  ['a task without an id', { status: 'working' }, {}],
  ['an id that is no text', { taskId: 7, status: 'working' }, {}],
] as readonly (readonly [string, object, Beginning])[])
  test(`an answer must begin no task: ${what}`, () => {
    const { tasks, begin } = world();
    begin(task, sent);
    assert.equal(tasks.running, 0);
  });

test('an answer without a task must begin none, nor an error', () => {
  const { tasks } = world();
  const request = { method: 'tools/call', params: jsonText('{"task":{}}') };
  const sent = { id: 1, request, caller: callerOf(), token: undefined };
  tasks.answered(sent, { kind: 'result', json: jsonText('{"content":[]}') });
  tasks.answered(sent, { kind: 'error', json: jsonText('{"task":{"taskId":"t","status":"working"}}') });
  assert.equal(tasks.running, 0);
});

test('progress must reach the client that began the task, and no other progress anybody', () => {
  const { tasks, begin, report, heard } = world();
  begin(working('t1'), { callId: 1, token: '"mine"' });
  begin(working('t2'), { callId: 2, isDeaf: true });
  begin(working('t3'), { callId: 3, token: undefined });
  begin(working('t4'), { callId: 4, caller: MODERN_CALLER });
  begin(working('t5'), { callId: 5, caller: undefined });
  assert.deepEqual([1, 2, 3, 4, 5, 6, 'x'].map(report), [true, false, false, false, false, false, false]);
  assert.equal(tasks.progress(jsonText('{"progress":1}')), false);
  assert.deepEqual(heard, ['{"progressToken":"mine","progress":1}']);
});

test('a task must be known to its session, and a modern one to all that have no session', () => {
  const { tasks, begin } = world();
  begin(working('legacy'));
  begin(working('modern'), { caller: MODERN_CALLER });
  begin(completed('over'));
  for (const [taskId, sessionId, expected] of [
    ['legacy', 'session', true],
    ['legacy', 'other', false],
    ['legacy', undefined, false],
    ['over', 'session', true],
    ['over', 'other', false],
    ['modern', undefined, true],
    ['modern', 'request', false],
    ['none', 'session', false],
    ['none', undefined, false],
  ] as const)
    assert.equal(tasks.knows(taskId, sessionId), expected, `${taskId} for ${sessionId}`);
});

test('a task that is begun again must get its progress under the new call only', () => {
  const { tasks, begin, report } = world();
  begin(working('t'), { callId: 1 });
  begin(working('t'), { callId: 2 });
  assert.deepEqual([tasks.running, report(1), report(2)], [1, false, true]);
});

test('only notifications about tasks must count, and only about known ones', () => {
  const { tasks, begin, notify } = world();
  begin(working('t'));
  notify(completed('t'), 'notifications/message');
  notify(completed('other'));
  notify({ status: 'completed' });
  assert.equal(tasks.running, 1);
  notify(completed('t'));
  assert.deepEqual([tasks.running, tasks.knows('t', 'session')], [0, true]);
});

test('an outcome must count as fetched by its result, and not by a look at the status', () => {
  const { tasks, begin, answer, notify } = world();
  begin(working('t'));
  notify(completed('t'));
  answer('tasks/get', 't', completed('t'));
  answer('tasks/cancel', 't', completed('t'));
  assert.ok(tasks.knows('t', 'session'));
  answer('tasks/result', 't', { content: [] });
  assert.ok(!tasks.knows('t', 'session'));
});

test('a modern outcome must count as fetched by tasks/get, or with the answer or status that carries it', () => {
  const { tasks, begin, answer, notify } = world('modern');
  const caller = MODERN_CALLER;
  begin(completed('at once'), { caller });
  assert.ok(!tasks.knows('at once', undefined));
  begin(working('t'), { caller });
  notify(completed('t'));
  answer('tasks/update', 't', {});
  assert.ok(tasks.knows('t', undefined));
  answer('tasks/get', 't', completed('t'));
  assert.ok(!tasks.knows('t', undefined));
  begin(working('u'), { caller });
  answer('tasks/get', 'u', completed('u'));
  assert.deepEqual([tasks.running, tasks.knows('u', undefined)], [0, false]);
});

test('a task that was cancelled must have no outcome', () => {
  const { tasks, begin, notify } = world();
  begin(working('t'));
  notify(working('t', { status: 'cancelled' }));
  assert.deepEqual([tasks.running, tasks.knows('t', 'session')], [0, false]);
});

const SOME_ERROR = -32_000;

for (const [method, code, isOver] of [
  ['tasks/result', SOME_ERROR, true],
  ['tasks/result', RPC.INVALID_PARAMS, true],
  ['tasks/result', RPC.SERVER_GONE, false],
  ['tasks/get', SOME_ERROR, false],
  ['tasks/get', RPC.INVALID_PARAMS, true],
  ['tasks/get', RPC.SERVER_GONE, false],
  ['tasks/cancel', RPC.INVALID_PARAMS, true],
] as const)
  test(`error ${code} to ${method} must mean that the task is ${isOver ? 'over' : 'not over'}`, () => {
    const { tasks, begin, answer } = world();
    begin(working('t'));
    answer(method, 't', { code, ...completed('t') }, 'error');
    assert.equal(tasks.running, isOver ? 0 : 1);
  });

test('an answer must end only the task that it names', () => {
  const { tasks, begin, answer } = world();
  begin(working('t'));
  answer('tasks/get', 't', completed('other'));
  answer('tasks/get', 't', { status: 'completed' });
  answer('tasks/get', 't', { code: RPC.INVALID_PARAMS });
  answer('tasks/get', 'other', completed('t'));
  answer('tasks/get', undefined, completed('t'));
  answer('tasks/result', undefined, {});
  assert.equal(tasks.running, 1);
  answer('tasks/get', 't', completed('t'));
  assert.equal(tasks.running, 0);
  begin(working('t'));
  answer('tasks/result', 't', {});
  assert.deepEqual([tasks.running, tasks.knows('t', 'session')], [0, false]);
});

test('a task must be forgotten after its ttl, which a message without one leaves as it is', () => {
  const { tasks, begin, notify, clock } = world();
  clock.advance(1_000);
  begin(working('t', { ttl: 60_000 }));
  clock.advance(30_000);
  notify(working('t'));
  clock.advance(29_999);
  assert.equal(tasks.running, 1);
  clock.advance(1);
  assert.equal(tasks.running, 0);
});

test('a task without a ttl must be forgotten after a silence', () => {
  const { tasks, begin, notify, report, clock } = world();
  begin(working('t'));
  for (const speak of [() => notify(working('t')), () => report(1)]) {
    clock.advance(PATIENCE_MS - 1);
    assert.equal(tasks.running, 1);
    speak();
  }
  clock.advance(PATIENCE_MS - 1);
  assert.equal(tasks.running, 1);
  clock.advance(1);
  assert.equal(tasks.running, 0);
});

test('the time of the last message about a task must be known', () => {
  const { tasks, begin, notify, clock } = world();
  assert.equal(tasks.lastUpdateAt, 0);
  clock.advance(10);
  begin(working('t'));
  assert.equal(tasks.lastUpdateAt, 10);
  clock.advance(10);
  notify(completed('t'));
  assert.equal(tasks.lastUpdateAt, 20);
});

test('the end of a session must end its tasks and outcomes, and no others', () => {
  const { tasks, begin } = world();
  const caller = callerOf({ sessionId: 'other' });
  for (const [prefix, sent] of [
    ['my', {}],
    ['their', { caller }],
  ] as const) {
    begin(working(`${prefix} task`), sent);
    begin(completed(`${prefix} outcome`), sent);
  }
  tasks.endSession('session');
  assert.deepEqual(
    [
      ...['my task', 'my outcome'].map((id) => tasks.knows(id, 'session')),
      ...['their task', 'their outcome'].map((id) => tasks.knows(id, 'other')),
    ],
    [false, false, true, true],
  );
});

test('a drain must wait for tasks and for outcomes', async () => {
  const { begin, answer, notify, drained } = world();
  assert.ok(await drained());
  begin(working('t'));
  begin(completed('u'));
  assert.ok(!(await drained()));
  answer('tasks/result', 'u', {});
  assert.ok(!(await drained()));
  notify(completed('t'));
  assert.ok(!(await drained()));
  answer('tasks/result', 't', {});
  assert.ok(await drained());
});

for (const [what, end] of [
  ['the last outcome is fetched', ({ answer }) => answer('tasks/result', 'u', {})],
  ['the session ends', ({ tasks }) => tasks.endSession('session')],
  ['the connection closes', ({ tasks }) => tasks.close()],
] as readonly (readonly [string, (it: ReturnType<typeof world>) => void])[])
  test(`a drain that waits must end when ${what}`, async () => {
    const it = world();
    it.begin(completed('u'));
    let isOver = false;
    void it.tasks.drain(1_000_000).then(() => {
      isOver = true;
    });
    await settle();
    assert.ok(!isOver);
    end(it);
    await settle();
    assert.ok(isOver);
  });

test('a drain that waits for a task must end with the task', async () => {
  const { tasks, begin, clock } = world();
  begin(working('t', { ttl: 10 }));
  const drained = tasks.drain(1_000_000);
  clock.advance(10);
  await drained;
});

test('closing must forget everything and leave no timer', () => {
  const { tasks, begin, report, timers } = world();
  begin(working('t'));
  begin(completed('u'), { callId: 2 });
  tasks.close();
  assert.deepEqual(
    [tasks.running, tasks.knows('t', 'session'), tasks.knows('u', 'session'), report(1), timers()],
    [0, false, false, false, 0],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call, CallRequest, Reply } from '../../../src/model/calls.ts';
import { jsonText } from '../../../src/model/text/json.ts';
import { createIsolated } from '../../../src/runtime/isolation/isolated.ts';
import { Owner } from '../../../src/runtime/isolation/owner.ts';
import type { Upstream } from '../../../src/runtime/upstream/upstream.ts';
import { callerOf, MODERN_CALLER } from '../../helpers/caller.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { fakeUpstream, NO_TASKS } from '../../helpers/fake-upstream.ts';

const RESULT: Reply = { kind: 'result', json: jsonText('{}') };
const TOOL: CallRequest = { method: 'tools/call' };
const settle = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** Connections that open when the test says so. */
function world() {
  const log: string[] = [];
  const opening: PromiseWithResolvers<Upstream>[] = [];
  const isolated = createIsolated(
    's',
    () => {
      const next = Promise.withResolvers<Upstream>();
      opening.push(next);
      return next.promise;
    },
    fakeClock(0),
  );
  const open = async (index: number, tasks: string[] = []): Promise<void> => {
    const call = ({ method }: CallRequest): Call => {
      log.push(`${method} on ${index}`);
      return { reply: Promise.resolve(RESULT), cancel: (reason) => void log.push(`cancel ${reason}`) };
    };
    const close = async () => void log.push(`close ${index}`);
    const knows = (taskId: string, sessionId?: string) => tasks.includes(`${sessionId} ${taskId}`);
    opening[index]?.resolve(fakeUpstream({ call, close, tasks: { ...NO_TASKS, knows } }));
    await settle();
  };
  return { isolated, log, opening, open };
}

test('a session must keep one connection for all of its calls, and have it ended with it', async () => {
  const { isolated, log, open } = world();
  isolated.callInSession(callerOf(), TOOL);
  isolated.callInSession(callerOf(), TOOL);
  await open(0);
  assert.deepEqual(log, ['tools/call on 0', 'tools/call on 0']);
  await isolated.endSession('session', 0);
  assert.deepEqual([log.at(-1), isolated.count], ['close 0', 0]);
});

test('a call that is alone must have a connection of its own, which ends with the reply', async () => {
  const { isolated, log, open } = world();
  isolated.callAlone(callerOf(), TOOL);
  isolated.callAlone(callerOf(), TOOL);
  assert.equal(isolated.count, 2);
  await open(1);
  assert.deepEqual(log, ['tools/call on 1', 'close 1']);
  assert.equal(isolated.count, 1);
});

test('a call cancelled before its connection is open must never be sent', async () => {
  const { isolated, log, open } = world();
  const call = isolated.callInSession(callerOf(), TOOL);
  call.cancel('enough');
  assert.match((await call.reply).json.toString(), /enough/);
  await open(0);
  assert.deepEqual(log, []);
});

test('a call whose connection is given up before it is open must count as never made, and one that fails not', async () => {
  const { isolated, opening } = world();
  const [first, second] = ['one', 'other'].map((sessionId) =>
    isolated.callInSession(callerOf({ sessionId }), TOOL),
  );
  opening[0]?.reject(new Error('no such command'));
  assert.equal(isUndone(await first?.reply), false);
  const closed = isolated.close(0);
  opening[1]?.reject(new Error('given up'));
  assert.equal(isUndone(await second?.reply), true);
  await closed;
});

const isUndone = (reply: Reply | undefined): boolean => reply?.kind === 'error' && reply.isUndone === true;

test('a connection that cannot be opened must fail its calls, and be opened anew for the next one', async () => {
  const { isolated, opening } = world();
  const { reply } = isolated.callInSession(callerOf(), TOOL);
  opening[0]?.reject(new Error('no such command'));
  assert.match((await reply).json.toString(), /no such command/);
  await settle();
  isolated.callInSession(callerOf(), TOOL);
  assert.equal(opening.length, 2);
});

test('a standby must be opened after a modern call, but not after the subscription of a modern stream', async () => {
  for (const [method, expected] of [
    ['tools/call', 2],
    ['resources/subscribe', 1],
    ['tasks/subscribe', 1],
  ] as const) {
    const { isolated, opening, open } = world();
    isolated.callInSession(MODERN_CALLER, { method });
    await open(0);
    assert.equal(opening.length, expected, method);
  }
});

test('one connection more than the limit must be refused, while sessions that have one go on', async () => {
  const { isolated } = world();
  for (let index = 0; index < 64; index++) isolated.callInSession(callerOf({ sessionId: `s${index}` }), TOOL);
  assert.deepEqual(
    [isolated.hasRoom(callerOf({ sessionId: 's0' })), isolated.hasRoom(callerOf())],
    [true, false],
  );
  for (const call of [isolated.callInSession(callerOf(), TOOL), isolated.callAlone(callerOf(), TOOL)])
    assert.match((await call.reply).json.toString(), /as many sessions of this client as it may/);
});

test('one client must not take the connections from another', async () => {
  const { isolated, opening } = world();
  for (let index = 0; index < 100; index++)
    isolated.callInSession(callerOf({ sessionId: `b${index}`, principal: 'bob' }), TOOL);
  assert.equal(isolated.count, 64);
  isolated.callInSession(callerOf({ principal: 'alice' }), TOOL);
  assert.equal(opening.length, 65);
});

test('the longest idle session must give its connection to a new one, and get another when it calls', async () => {
  const { isolated, log, opening, open } = world();
  const callIn = (sessionId: string) => isolated.callInSession(callerOf({ sessionId }), TOOL);
  for (let index = 0; index < 64; index++) callIn(`s${index}`);
  await open(1);
  await open(2);
  callIn('s1');
  await settle();
  callIn('new');
  await settle();
  assert.ok(log.includes('close 2') && !log.includes('close 1'), 's1 was used after s2');
  assert.deepEqual([opening.length, isolated.count], [65, 64]);
  callIn('s2');
  await settle();
  assert.ok(log.includes('close 1'));
  assert.equal(opening.length, 66);
});

test('a connection with a subscription must not make room', async () => {
  const { isolated, open } = world();
  isolated.callInSession(callerOf({ sessionId: 's' }), { method: 'resources/subscribe' });
  await open(0);
  for (let index = 1; index < 64; index++) isolated.callInSession(callerOf({ sessionId: `s${index}` }), TOOL);
  assert.equal(isolated.hasRoom(callerOf({ sessionId: 'new' })), false);
});

test('a task must be found on the connection of the session that began it', async () => {
  const { isolated, open } = world();
  isolated.callInSession(callerOf(), TOOL);
  assert.equal(isolated.holderOf('t', 'session'), undefined, 'the connection is not open yet');
  await open(0, ['session t']);
  assert.ok(isolated.holderOf('t', 'session'));
  assert.equal(isolated.holderOf('t', 'other'), undefined);
});

test('what a server sends before its connection has an owner must reach the first one, up to the limit', () => {
  const owner = new Owner();
  const got: string[] = [];
  for (let index = 0; index < 101; index++) owner.whenKnown((sessionId) => got.push(`${sessionId} ${index}`));
  owner.set('first');
  owner.set('second');
  owner.whenKnown((sessionId) => got.push(sessionId));
  assert.deepEqual([got.length, got[0], got.at(-2), got.at(-1)], [101, 'first 0', 'first 99', 'first']);
});

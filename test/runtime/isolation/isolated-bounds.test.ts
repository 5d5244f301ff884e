/** Connections that sessions and calls have for themselves: who gets one, who gives way, and when they end. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '../../../src/model/caller.ts';
import type { CallRequest, Reply } from '../../../src/model/calls.ts';
import { jsonText } from '../../../src/model/text/json.ts';
import { createIsolated } from '../../../src/runtime/isolation/isolated.ts';
import type { OpenOwned } from '../../../src/runtime/isolation/owned-connection.ts';
import type { OwnedUpstream } from '../../../src/runtime/upstream/upstream.ts';
import { callerOf } from '../../helpers/caller.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { fakeUpstream, NO_TASKS } from '../../helpers/fake-upstream.ts';

const TOOL: CallRequest = { method: 'tools/call' };
const RESULT: Reply = { kind: 'result', json: jsonText('{}') };
const settle = async () => {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
};

/** Connections that open at once, and calls that are answered when the test says so. */
function world() {
  const log: string[] = [];
  const lose: Parameters<OpenOwned>[2][] = [];
  const answers: ((reply: Reply) => void)[] = [];
  const drains: (() => void)[] = [];
  let isHeld = false;
  const open: OpenOwned = async (_client, _signal, onLost) => {
    const name = `c${lose.push(onLost)}`;
    log.push(`open ${name}`);
    if (isHeld) await new Promise(() => {});
    return fakeUpstream({
      call: () => {
        const { promise, resolve } = Promise.withResolvers<Reply>();
        answers.push(resolve);
        return { reply: promise, cancel: () => {} };
      },
      close: async (graceMs) => void log.push(`close ${name} within ${graceMs}`),
      drain: (ms, isWithTasks) => {
        log.push(`drain ${name} ${ms} ${isWithTasks}`);
        return new Promise<void>((done) => drains.push(done));
      },
      tasks: { ...NO_TASKS, lastUpdateAt: lose.length },
    });
  };
  const isolated = createIsolated('s', open, fakeClock(0));
  const who = (sessionId: string, parts: Partial<Caller> = {}) => callerOf({ sessionId, ...parts });
  /** The text of the reply, or nothing while there is none. */
  const replyOf = async (call: { reply: Promise<Reply> }): Promise<string | undefined> => {
    let text: string | undefined;
    void call.reply.then(({ json }) => {
      text = `${json}`;
    });
    await settle();
    return text;
  };
  const since = async (): Promise<string[]> => {
    await settle();
    return log.splice(0);
  };
  const hold = () => {
    isHeld = true;
  };
  return { isolated, lose, answers, drains, who, replyOf, since, hold };
}

/** Gives each of 64 sessions of one client a call. */
async function filled(parts: Partial<Caller> = {}) {
  const it = world();
  for (let index = 0; index < 64; index++) it.isolated.callInSession(it.who(`s${index}`, parts), TOOL);
  await it.since();
  return it;
}

test('a session that has a connection must be served, also while no other could get one', async () => {
  const { isolated, who, replyOf } = await filled();
  assert.match((await replyOf(isolated.callInSession(who('new'), TOOL))) ?? '', /as many sessions/);
  assert.equal(await replyOf(isolated.callInSession(who('s0'), TOOL)), undefined);
  assert.equal(isolated.count, 64);
});

test('an idle session must make room within two seconds, and a busy one never', async () => {
  const { isolated, who, answers, since } = await filled();
  assert.deepEqual([isolated.hasRoom(who('new')), isolated.hasRoom(who('s5'))], [false, true]);
  answers[5]?.(RESULT);
  await settle();
  assert.ok(isolated.hasRoom(who('new')));
  isolated.callInSession(who('new'), TOOL);
  assert.deepEqual(await since(), ['open c65', 'close c6 within 2000']);
  assert.equal(isolated.hasRoom(who('newer')), false);
});

test('a client that has idle sessions must get room from them, whatever its name', async () => {
  const bob = { principal: 'bob' };
  const { isolated, who, answers, since } = await filled(bob);
  assert.equal(isolated.hasRoom(who('new', bob)), false);
  assert.ok(isolated.hasRoom(who('first', { principal: 'alice' })));
  answers[0]?.(RESULT);
  await settle();
  isolated.callInSession(who('new', bob), TOOL);
  assert.deepEqual(await since(), ['open c65', 'close c1 within 2000']);
});

test('a session that calls again must not make room for itself', async () => {
  const { isolated, who, answers, since } = await filled();
  answers[5]?.(RESULT);
  await settle();
  isolated.callInSession(who('s0'), TOOL);
  assert.deepEqual(await since(), []);
});

test('the idle session of one client must not make room for another', async () => {
  const { isolated, who, answers, since } = world();
  isolated.callInSession(who('alice', { principal: 'alice' }), TOOL);
  await settle();
  answers[0]?.(RESULT);
  for (let index = 0; index < 64; index++)
    isolated.callInSession(who(`b${index}`, { principal: 'bob' }), TOOL);
  await since();
  assert.equal(isolated.hasRoom(who('b', { principal: 'bob' })), false);
  isolated.callInSession(who('b', { principal: 'bob' }), TOOL);
  assert.deepEqual(await since(), []);
});

test('a call that is alone must keep its connection until its reply, and end it at once', async () => {
  const { isolated, who, answers, replyOf, since } = world();
  for (let index = 0; index < 64; index++) isolated.callAlone(who('s'), TOOL);
  await settle();
  assert.match((await replyOf(isolated.callAlone(who('s'), TOOL))) ?? '', /as many sessions/);
  await since();
  answers[3]?.(RESULT);
  assert.deepEqual(await since(), ['close c4 within 0']);
  assert.equal(isolated.count, 63);
  const last = isolated.callAlone(who('s'), TOOL);
  await settle();
  answers.at(-1)?.(RESULT);
  assert.equal(await replyOf(last), '{}');
});

test('a call that is alone must have the next connection opened ahead, unless there is no room', async () => {
  const { isolated, who, since } = world();
  isolated.callAlone(who('s'), TOOL);
  assert.deepEqual(await since(), ['open c1', 'open c2']);
  const full = world();
  for (let index = 0; index < 63; index++) full.isolated.callInSession(full.who(`s${index}`), TOOL);
  await full.since();
  full.isolated.callAlone(full.who('s'), TOOL);
  assert.deepEqual(await full.since(), ['open c64']);
});

test('a connection that is opened ahead must wait while others are opened and there is room', async () => {
  const { isolated, who, since } = world();
  isolated.callInSession(who('a', { era: 'modern', capabilities: '{"roots":{}}' }), TOOL);
  assert.deepEqual(await since(), ['open c1', 'open c2']);
  isolated.callInSession(who('b', { capabilities: '{}' }), TOOL);
  assert.deepEqual(await since(), ['open c3']);
  isolated.callInSession(who('c', { capabilities: '{"roots":{}}' }), TOOL);
  assert.deepEqual(await since(), []);
});

test('the end of a session must end its own connections, and those of no session with a similar name', async () => {
  const { isolated, who, since, answers } = world();
  isolated.callInSession(who('a'), TOOL);
  isolated.callInSession(who('b a'), TOOL);
  for (const sessionId of ['a', 'ba', 'aa']) isolated.callAlone(who(sessionId), TOOL);
  await since();
  await isolated.endSession('a', 5);
  const ended = (await since()).filter((line) => line.startsWith('close'));
  assert.deepEqual(ended, ['close c1 within 5', 'close c3 within 5']);
  answers[2]?.(RESULT);
  assert.deepEqual(
    (await since()).filter((line) => line.startsWith('close')),
    [],
  );
  await isolated.endSession('none', 5);
  assert.equal(isolated.count, 3);
});

test('each connection of a session must be acted on, once it is open, and no other', async () => {
  const { isolated, who, hold } = world();
  const seen: OwnedUpstream[] = [];
  isolated.callInSession(who('a'), TOOL);
  isolated.callAlone(who('a'), TOOL);
  isolated.callInSession(who('b'), TOOL);
  hold();
  isolated.callAlone(who('a'), TOOL);
  isolated.eachOf('a', (upstream) => seen.push(upstream));
  await settle();
  assert.equal(new Set(seen).size, 2);
});

test('tasks must be those of connections that are open', async () => {
  const { isolated, who, hold } = world();
  isolated.callInSession(who('a'), TOOL);
  await settle();
  hold();
  isolated.callInSession(who('b'), TOOL);
  await settle();
  assert.deepEqual(
    isolated.tasks.map(({ lastUpdateAt }) => lastUpdateAt),
    [1],
  );
});

test('a connection that is lost must be forgotten, and closed by nobody', async () => {
  const { isolated, who, lose, since } = world();
  isolated.callInSession(who('a'), TOOL);
  await since();
  lose[0]?.();
  assert.deepEqual([isolated.count, await since()], [0, []]);
});

test('the loss of an old connection must not touch the new one of the same session', async () => {
  const { isolated, who, lose, drains, since } = world();
  isolated.callInSession(who('a'), TOOL);
  await since();
  lose[0]?.(1_000);
  isolated.callInSession(who('a'), TOOL);
  assert.deepEqual(await since(), ['drain c1 1000 undefined', 'open c2']);
  lose[0]?.();
  assert.equal(isolated.count, 1);
  drains[0]?.();
  assert.deepEqual(await since(), ['close c1 within 0']);
  await isolated.close(7);
  assert.deepEqual(await since(), ['close c2 within 7']);
});

test('a drain must wait for every connection, also for those that take no new calls', async () => {
  const { isolated, who, lose, drains, since } = world();
  isolated.callInSession(who('a'), TOOL);
  isolated.callInSession(who('b'), TOOL);
  await since();
  lose[0]?.(1_000);
  let isDrained = false;
  void isolated.drain(5_000, true).then(() => {
    isDrained = true;
  });
  assert.deepEqual(await since(), ['drain c1 1000 undefined', 'drain c2 5000 true', 'drain c1 5000 true']);
  drains[1]?.();
  await settle();
  assert.equal(isDrained, false);
  drains[2]?.();
  await settle();
  assert.equal(isDrained, true);
});

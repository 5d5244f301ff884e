import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call, CallRequest } from '../../../src/model/calls.ts';
import { jsonText } from '../../../src/model/text/json.ts';
import { createIsolated } from '../../../src/runtime/isolation/isolated.ts';
import type { OpenOwned } from '../../../src/runtime/isolation/owned-connection.ts';
import { callerOf } from '../../helpers/caller.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { fakeUpstream } from '../../helpers/fake-upstream.ts';

/** Connections that only say what becomes of them. */
function world() {
  const clock = fakeClock(0);
  const log: string[] = [];
  const lose: Parameters<OpenOwned>[2][] = [];
  const drains: (() => void)[] = [];
  let opened = 0;
  let delay: Promise<void> = Promise.resolve();
  const open: OpenOwned = async ({ owner, capabilities = '' }, _signal, onLost) => {
    opened += 1;
    const name = `c${opened}`;
    log.push(`open ${name} ${capabilities}`);
    lose.push(onLost);
    owner.whenKnown((sessionId) => log.push(`${name} is of ${sessionId}`));
    await delay;
    return fakeUpstream({
      call: ({ method }: CallRequest): Call => {
        log.push(`${method} on ${name}`);
        return { reply: Promise.resolve({ kind: 'result', json: jsonText('{}') }), cancel: () => {} };
      },
      close: async () => void log.push(`close ${name}`),
      drain: (ms: number) => (ms === 0 ? Promise.resolve() : new Promise<void>((done) => drains.push(done))),
    });
  };
  const isolated = createIsolated('s', open, clock);
  const call = async (sessionId: string, capabilities = '{}', isBrief = true): Promise<void> => {
    const caller = callerOf({ sessionId, capabilities, era: isBrief ? 'modern' : 'legacy' });
    await isolated.callInSession(caller, { method: 'call' }).reply;
    if (isBrief) await isolated.endSession(sessionId, 0);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
  };
  const since = () => log.splice(0);
  return { clock, isolated, call, since, lose, drains, hold: (until: Promise<void>) => (delay = until) };
}

test('a standby connection must have served nobody before, and serve nobody after its owner', async () => {
  const { call, since, isolated } = world();
  await call('a');
  assert.deepEqual(since(), ['open c1 {}', 'c1 is of a', 'call on c1', 'close c1', 'open c2 {}']);
  await call('b');
  assert.deepEqual(since(), ['c2 is of b', 'call on c2', 'close c2', 'open c3 {}']);
  await Promise.all([call('c'), call('d')]);
  assert.deepEqual(
    since().filter((line) => line.includes(' of ')),
    ['c3 is of c', 'c4 is of d'],
  );
  await isolated.close(0);
});

test('a standby connection must only be taken for a client of the same capabilities', async () => {
  const { call, since, isolated } = world();
  await call('a', '{"roots":{}}');
  since();
  await call('b', '{}');
  assert.deepEqual(since(), ['open c3 {}', 'c3 is of b', 'call on c3', 'close c3', 'open c4 {}', 'close c2']);
  await isolated.close(0);
  assert.deepEqual(since(), ['close c4']);
});

test('a standby connection must end after its time, when it is lost, and with its server', async () => {
  const { call, since, clock, lose, isolated } = world();
  await call('a');
  since();
  clock.advance(59_999);
  await new Promise(setImmediate);
  assert.deepEqual(since(), []);
  clock.advance(1);
  await new Promise(setImmediate);
  assert.deepEqual(since(), ['close c2']);
  await call('b');
  since();
  lose[3]?.();
  await new Promise(setImmediate);
  assert.deepEqual(since(), ['close c4']);
  await call('c');
  since();
  await isolated.drain(0);
  assert.deepEqual(since(), ['close c6']);
  await call('d');
  assert.deepEqual(since(), ['open c7 {}', 'c7 is of d', 'call on c7', 'close c7']);
});

test('a call that takes a standby connection must wait until that is open', async () => {
  const { call, since, hold, isolated } = world();
  const { promise, resolve } = Promise.withResolvers<void>();
  await call('a');
  hold(promise);
  await call('b');
  since();
  const waiting = call('c');
  assert.deepEqual(since(), ['c3 is of c']);
  resolve();
  await waiting;
  assert.deepEqual(since().slice(0, 1), ['call on c3']);
  await isolated.close(0);
});

test('standby and owned connections together must stay within the limit; a lasting session opens no standby', async () => {
  const { call, since, isolated } = world();
  await call('a');
  for (let i = 0; i < 64; i++) await call(`s${i}`, '{"x":1}', false);
  assert.equal(isolated.count, 64);
  const lines = since();
  assert.equal(lines.filter((line) => line.startsWith('open')).length, 66);
  assert.ok(lines.includes('close c2'));
  await isolated.close(0);
});

test('a connection that takes no new calls must end after those under way, at the latest with its server', async () => {
  const { call, since, lose, drains, isolated } = world();
  await call('a', '{}', false);
  since();
  lose[0]?.(1_000);
  await call('a', '{}', false);
  assert.deepEqual(since(), ['open c2 {}', 'c2 is of a', 'call on c2']);
  drains[0]?.();
  await new Promise(setImmediate);
  assert.deepEqual(since(), ['close c1']);
  lose[1]?.(1_000);
  await isolated.close(0);
  assert.deepEqual(since(), ['close c2']);
  assert.equal(drains.length, 2);
});

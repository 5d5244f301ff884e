/** A server is pinged only while it is silent, and given up only if it stays silent with nothing to do. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchHealth } from '../../../src/runtime/instances/health.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A server that `answers`, or not: then each ping takes its whole time, as a real one does. */
function world({ interval = 1_000, answers = false, inFlight = 0 } = {}) {
  const clock = fakeClock(0);
  const log: string[] = [];
  const state = { interval, answers, inFlight, heard: false };
  const upstream = {
    wasHeard() {
      const { heard } = state;
      state.heard = false;
      return heard;
    },
    async ping(timeoutMs: number) {
      log.push('ping');
      if (state.answers) return true;
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, timeoutMs));
      return false;
    },
    get inFlight() {
      return state.inFlight;
    },
  };
  const watch = watchHealth(upstream, clock, () => state.interval, {
    onMiss: (misses, ms) => log.push(`miss ${misses} of ${ms} ms`),
    onWell: () => log.push('well'),
    onGivenUp: () => log.push('given up'),
  });
  const pass = async (ms: number): Promise<string[]> => {
    clock.advance(ms);
    await turn();
    return log.splice(0);
  };
  return { state, watch, pass };
}

test('traffic must count as a sign of life: nothing is asked', async () => {
  const { state, pass } = world();
  state.heard = true;
  assert.deepEqual(await pass(1_000), []);
  assert.deepEqual(await pass(1_000), ['ping']);
});

test('a silent server must be reported after two intervals, and given up after four', async () => {
  const { pass } = world();
  assert.deepEqual(await pass(1_000), ['ping']);
  assert.deepEqual(await pass(1_000), ['miss 1 of 1000 ms']);
  assert.deepEqual(await pass(1), ['ping']);
  assert.deepEqual(await pass(1_000), ['miss 2 of 1000 ms']);
  assert.deepEqual(await pass(1), ['ping']);
  assert.deepEqual(await pass(1_000), ['miss 3 of 1000 ms', 'given up']);
});

test('a silent server must not be given up while calls wait for it', async () => {
  const { pass, state } = world({ inFlight: 1 });
  const log: string[] = [];
  for (let n = 0; n < 12; n += 1) log.push(...(await pass(n % 2 === 0 ? 1_000 : 1)), ...(await pass(1_000)));
  assert.equal(log.includes('given up'), false);
  state.inFlight = 0;
  assert.equal([...(await pass(1_000)), ...(await pass(1_000))].includes('given up'), true);
});

test('a server that answers again must be reported once, and its misses be forgotten', async () => {
  const { state, pass } = world();
  await pass(1_000);
  assert.deepEqual(await pass(1_000), ['miss 1 of 1000 ms']);
  state.answers = true;
  assert.deepEqual(await pass(1), ['ping', 'well']);
  assert.deepEqual(await pass(1_000), ['ping']);
  state.answers = false;
  await pass(1_000);
  assert.deepEqual(await pass(1_000), ['miss 1 of 1000 ms']);
});

test('what came during a ping must count as an answer', async () => {
  const { state, pass } = world();
  await pass(1_000);
  state.heard = true;
  assert.deepEqual(await pass(1_000), []);
});

test('an interval of 0 must switch checks off until it changes', async () => {
  const { state, pass } = world({ interval: 0 });
  assert.deepEqual(await pass(10_000), []);
  state.interval = 1_000;
  assert.deepEqual(await pass(9_999), []);
  assert.deepEqual(await pass(1), ['ping']);
});

test('nothing may be reported after close, also of a ping under way', async () => {
  const { watch, pass } = world();
  await pass(1_000);
  watch.close();
  assert.deepEqual(await pass(60_000), []);
});

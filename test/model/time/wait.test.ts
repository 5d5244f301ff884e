import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor, within } from '../../../src/model/time/wait.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

const never = new Promise<never>(() => {});
const why = (reason: string): string => reason;

test('what comes in time is the outcome, and nothing is left running', async () => {
  const clock = fakeClock();
  let timers = 0;
  const counted = {
    ...clock,
    setTimeout(callback: () => void, ms: number) {
      const timer = clock.setTimeout(callback, ms);
      timers += 1;
      return {
        cancel: () => {
          timers -= 1;
          timer.cancel();
        },
      };
    },
  };
  assert.equal(await waitFor(Promise.resolve('came'), { clock: counted, ms: 10 }, why), 'came');
  assert.equal(timers, 0);
  await assert.rejects(waitFor(Promise.reject(new Error('broke')), { clock: counted, ms: 10 }, why), /broke/);
  assert.equal(timers, 0);
});

test('when the time has passed, the caller says what happens instead', async () => {
  const clock = fakeClock();
  const waiting = waitFor(never, { clock, ms: 10 }, why);
  clock.advance(9);
  assert.equal(await Promise.race([waiting, Promise.resolve('pending')]), 'pending');
  clock.advance(1);
  assert.equal(await waiting, 'timeout');
});

test('an abort ends the wait, also one that came before it', async () => {
  const clock = fakeClock();
  const abort = new AbortController();
  const waiting = waitFor(never, { clock, ms: 10, signal: abort.signal }, why);
  abort.abort();
  assert.equal(await waiting, 'aborted');
  assert.equal(await waitFor(never, { clock, ms: 10, signal: abort.signal }, why), 'aborted');
});

test('within tells whether something happened in time', async () => {
  const clock = fakeClock();
  assert.equal(await within(Promise.resolve(), 10, clock), true);
  const late = within(never, 10, clock);
  clock.advance(10);
  assert.equal(await late, false);
});

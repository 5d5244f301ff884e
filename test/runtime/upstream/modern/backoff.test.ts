import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../../../../src/runtime/upstream/modern/backoff.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';

/** Milliseconds until the next attempt, after a stream that lasted `lastedMs`. */
function pauses(...lastedMs: number[]): number[] {
  const clock = fakeClock(0);
  const backoff = new Backoff(clock);
  return lastedMs.map((lasted) => {
    const openedAt = clock.now();
    clock.advance(lasted);
    let isDue = false;
    backoff.schedule(() => {
      isDue = true;
    }, openedAt);
    let ms = 0;
    for (; !isDue; ms += 500) {
      assert.ok(backoff.isPending);
      clock.advance(500);
    }
    return ms;
  });
}

test('pauses must double up to a minute', () =>
  assert.deepEqual(
    pauses(0, 0, 0, 0, 0, 0, 0, 0),
    [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000],
  ));

test('a stream that lasted must make the next pause short again', () =>
  assert.deepEqual(pauses(0, 0, 30_001, 0), [1_000, 2_000, 1_000, 2_000]));

test('closing must cancel the attempt', () => {
  const clock = fakeClock(0);
  const backoff = new Backoff(clock);
  backoff.schedule(() => assert.fail('attempted'), clock.now());
  backoff.close();
  clock.advance(100_000);
});

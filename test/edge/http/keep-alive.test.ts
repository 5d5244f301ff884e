/** Signs of life: once for each interval, to all that wait, by one timer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKeepAlive } from '../../../src/edge/http/keep-alive.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

function watched() {
  const seen = { alive: 0, slow: 0 };
  return {
    seen,
    keepAlive: () => {
      seen.alive += 1;
    },
    slow: () => {
      seen.slow += 1;
    },
  };
}

test('each must get a sign of life once for each interval since it began to wait', () => {
  const clock = fakeClock();
  const keepAlive = createKeepAlive(clock, 600);
  const [first, second] = [watched(), watched()];
  keepAlive.watch(first);
  clock.advance(350);
  keepAlive.watch(second);
  clock.advance(260);
  assert.deepEqual([first.seen.alive, second.seen.alive], [0, 0]);
  clock.advance(100);
  assert.deepEqual([first.seen.alive, second.seen.alive], [1, 0]);
  clock.advance(300);
  assert.deepEqual([first.seen.alive, second.seen.alive], [1, 1]);
  clock.advance(300);
  assert.deepEqual([first.seen.alive, second.seen.alive], [2, 1]);
  keepAlive.close();
});

test('slowness must be reported once, in the first interval', () => {
  const clock = fakeClock();
  const keepAlive = createKeepAlive(clock, 600);
  const one = watched();
  keepAlive.watch(one);
  clock.advance(100);
  assert.equal(one.seen.slow, 0);
  clock.advance(100);
  assert.equal(one.seen.slow, 1);
  clock.advance(6_000);
  assert.equal(one.seen.slow, 1);
  keepAlive.close();
});

test('nobody must get a sign after the end of its watch, nor anybody after the end of all', () => {
  const clock = fakeClock();
  const keepAlive = createKeepAlive(clock, 600);
  const [left, stays] = [watched(), watched()];
  const release = keepAlive.watch(left);
  keepAlive.watch(stays);
  release();
  clock.advance(800);
  assert.deepEqual([left.seen.alive, stays.seen.alive], [0, 1]);
  keepAlive.close();
  clock.advance(8_000);
  assert.equal(stays.seen.alive, 1);
});

test('a watch without a word for slowness must do', () => {
  const clock = fakeClock();
  const keepAlive = createKeepAlive(clock, 600);
  let signs = 0;
  keepAlive.watch({ keepAlive: () => void signs++ });
  clock.advance(700);
  assert.equal(signs, 1);
  keepAlive.close();
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeadlines, type Timed } from '../../../../src/runtime/upstream/requests/deadlines.ts';

/** Its timers and its wall clock are moved by hand, each on its own. */
function setup() {
  let wall = 1_000_000;
  const timers = new Set<{ callback: () => void; ms: number }>();
  const clock = {
    now: () => wall,
    setTimeout(callback: () => void, ms: number) {
      const timer = { callback, ms };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
  };
  const entries = new Set<Timed>();
  const expired: Timed[] = [];
  const deadlines = createDeadlines(
    clock,
    () => [...entries],
    (entry) => {
      expired.push(entry);
      entries.delete(entry);
    },
  );
  const add = (ms: number): Timed => {
    const entry = { due: deadlines.now() + ms };
    entries.add(entry);
    deadlines.watch(entry);
    return entry;
  };
  /** The one timer goes off, and the wall clock has moved by that and by `more`. */
  const fire = (more = 0): number => {
    const [timer] = timers;
    assert.equal(timers.size, 1, 'there is one timer');
    timers.clear();
    wall += (timer?.ms ?? 0) + more;
    timer?.callback();
    return timer?.ms ?? 0;
  };
  return { entries, expired, deadlines, add, fire, timers };
}

test('one timer serves every deadline, in their order', () => {
  const { add, fire, expired, timers } = setup();
  const [late, early] = [add(500), add(200)];
  assert.equal(fire(), 200);
  assert.deepEqual(expired, [early]);
  assert.equal(fire(), 300);
  assert.deepEqual(expired, [early, late]);
  assert.equal(timers.size, 0, 'with nothing to wait for there is no timer');
});

test('a clock that is set, forward or back, ends nothing early and keeps nothing waiting', () => {
  for (const jump of [3_600_000, -3_600_000]) {
    const { add, fire, expired } = setup();
    const [first, second] = [add(1_000), add(5_000)];
    fire(jump);
    assert.deepEqual(expired, [first]);
    assert.equal(fire(), 4_000);
    assert.deepEqual(expired, [first, second]);
  }
});

test('a deadline beyond what timers can count is waited for all the same', () => {
  const { add, fire, expired } = setup();
  const entry = add(2 ** 31);
  fire();
  assert.deepEqual(expired, []);
  fire();
  assert.deepEqual(expired, [entry]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeadlines, type Timed } from '../../../../src/runtime/upstream/requests/deadlines.ts';

/** A clock whose timers and wall time are moved by hand, independently. */
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
  /** Fires the one timer, with the wall clock moved by its time and by `more`. */
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

test('one timer must serve all deadlines, in order', () => {
  const { add, fire, expired, timers } = setup();
  const [late, early] = [add(500), add(200)];
  assert.equal(fire(), 200);
  assert.deepEqual(expired, [early]);
  assert.equal(fire(), 300);
  assert.deepEqual(expired, [early, late]);
  assert.equal(timers.size, 0, 'with nothing to wait for there is no timer');
});

test('setting the clock, forward or back, must neither end a call early nor delay its end', () => {
  for (const jump of [3_600_000, -3_600_000]) {
    const { add, fire, expired } = setup();
    const [first, second] = [add(1_000), add(5_000)];
    fire(jump);
    assert.deepEqual(expired, [first]);
    assert.equal(fire(), 4_000);
    assert.deepEqual(expired, [first, second]);
  }
});

test('a deadline beyond the range of timers must be kept', () => {
  const { add, fire, expired } = setup();
  const entry = add(2 ** 31);
  fire();
  assert.deepEqual(expired, []);
  fire();
  assert.deepEqual(expired, [entry]);
});

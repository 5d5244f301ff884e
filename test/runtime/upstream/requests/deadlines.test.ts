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

test('a timer must never be longer than 32 bits hold', () => {
  const { add, fire } = setup();
  add(2 ** 31);
  assert.equal(fire(), 2 ** 30);
});

test('a timer that is late by a minute must count, and by more mean that the clock was set', () => {
  for (const [lateMs, ended] of [
    [60_000, 2],
    [60_001, 1],
  ] as const) {
    const { add, fire, expired } = setup();
    add(1_000);
    add(5_000);
    fire(lateMs);
    assert.equal(expired.length, ended, `late by ${lateMs}`);
  }
});

test('a timer that is early by a minute must count, and by more mean that the clock was set', () => {
  for (const [earlyMs, next] of [
    [60_000, 64_000],
    [60_001, 4_000],
  ] as const) {
    const { add, fire, expired } = setup();
    add(1_000);
    add(5_000);
    fire(-earlyMs);
    assert.equal(expired.length, 1);
    assert.equal(fire(), next, `early by ${earlyMs}`);
  }
});

test('what has fallen due while a timer was late must end with it', () => {
  const { add, fire, expired } = setup();
  const [first, second] = [add(200), add(205)];
  add(211);
  fire(10);
  assert.deepEqual(expired, [first, second]);
});

test('time must be that of the clock, until the clock is set', () => {
  assert.equal(setup().deadlines.now(), 1_000_000);
});

test('a deadline that has passed already must end at once', () => {
  const { add, fire, expired } = setup();
  const entry = add(-5);
  assert.equal(fire(), 0);
  assert.deepEqual(expired, [entry]);
});

test('a deadline that is not nearer must keep the timer that there is', () => {
  const { add, timers } = setup();
  add(200);
  const [timer] = timers;
  add(200);
  add(300);
  assert.deepEqual([...timers], [timer]);
  assert.equal([...timers][0], timer);
});

test('closing must leave no timer', () => {
  const { add, deadlines, timers } = setup();
  add(200);
  deadlines.close();
  assert.equal(timers.size, 0);
});

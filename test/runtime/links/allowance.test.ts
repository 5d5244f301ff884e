/** What a server's output may cost before it has to wait: each number of it, on a clock that is moved by hand. */
import assert from 'node:assert/strict';
import { mock, type TestContext, test } from 'node:test';
import { Allowance } from '../../../src/runtime/links/allowance.ts';

function world(t: TestContext) {
  let now = 0;
  const { mock: clock } = mock.method(performance, 'now', () => now);
  t.after(() => clock.restore());
  const allowance = new Allowance();
  /** Reads some lines, of which some are answers, within `tookMs`. */
  const read = (tookMs: number, lines = 1, answers = 0): void => {
    allowance.slice(Buffer.alloc(0), (_, isEnough) => {
      for (let line = 0; line < lines; line++) {
        if (line < answers) allowance.answered();
        isEnough();
      }
      now += tookMs;
      return undefined;
    });
  };
  const wait = (ms: number): void => {
    now += ms;
  };
  return { allowance, read, wait };
}

test('20 ms of work must be free, where work of more than 0.5 ms counts ten times', (t) => {
  const { allowance, read } = world(t);
  read(1.99);
  assert.equal(allowance.isUsedUp, false, '19.9 ms are counted');
  const another = world(t);
  another.read(2);
  assert.equal(another.allowance.isUsedUp, true, '20 ms are counted');
  const third = world(t);
  for (let turn = 0; turn < 5; turn++) third.read(0.5);
  assert.equal(third.allowance.isUsedUp, false, '2.5 ms are counted');
});

test('a server must gain a twentieth of the time, from a debt of 20 ms at most', (t) => {
  const { allowance, read, wait } = world(t);
  read(1_000);
  wait(399);
  assert.equal(allowance.isUsedUp, true);
  wait(2);
  assert.equal(allowance.isUsedUp, false);
  wait(1_000_000);
  read(2);
  assert.equal(allowance.isUsedUp, true, 'no more than 20 ms are gained');
});

test('an answer must be free with sixteen more lines, and no more', (t) => {
  const { allowance, read } = world(t);
  read(1_000, 17, 1);
  assert.equal(allowance.isUsedUp, false);
  read(1_000, 18, 1);
  assert.equal(allowance.isUsedUp, true);
});

test('a slice must end after 0.15 ms, at its second line at the earliest', (t) => {
  const { allowance, wait } = world(t);
  const enough: boolean[] = [];
  allowance.slice(Buffer.alloc(0), (_, isEnough) => {
    for (const ms of [10, 0, 0]) {
      wait(ms);
      enough.push(isEnough());
    }
    return undefined;
  });
  allowance.slice(Buffer.alloc(0), (_, isEnough) => {
    for (const ms of [0, 0.14, 0.02]) {
      wait(ms);
      enough.push(isEnough());
    }
    return undefined;
  });
  assert.deepEqual(enough, [false, true, true, false, false, true]);
});

test('a line that does not end must cost 1 ms a megabyte, given back when it proves to be an answer', (t) => {
  const { allowance } = world(t);
  /** Stands for a chunk of that length. */
  const chunk = (length: number): Buffer => ({ length }) as Buffer;
  allowance.slice(chunk(19_000_000), () => undefined);
  assert.equal(allowance.isUsedUp, false);
  allowance.slice(chunk(1_000_000), () => undefined);
  assert.equal(allowance.isUsedUp, true);
  allowance.answered();
  assert.equal(allowance.isUsedUp, false);
});

test('a message must cost five times as much from 32 MB on, since all of it is kept', (t) => {
  const { allowance } = world(t);
  const chunk = (length: number): Buffer => ({ length }) as Buffer;
  assert.equal(allowance.readingMs(1_000_000), 1);
  allowance.slice(chunk(33_000_000), () => undefined);
  assert.equal(allowance.readingMs(1_000_000), 5);
  allowance.answered();
  assert.equal(allowance.readingMs(1_000_000), 1);
});

/** A start that shows signs of life is not cut off, and one that is installing is not timed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StartProgress } from '../../../src/runtime/upstream/start-progress.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

function world() {
  const clock = fakeClock();
  const shown: (string | undefined)[] = [];
  const late: number[] = [];
  let line: string | undefined;
  const progress = new StartProgress({
    clock,
    ms: 1_000,
    lastLine: () => line,
    show: (what) => void shown.push(what),
    tooLate: (ms) => void late.push(ms),
  });
  const write = (text: string): void => {
    line = text;
    progress.alive();
  };
  return { clock, shown, late, progress, write };
}

test('a silent server, and one that has only greeted, must be too late at the timeout', () => {
  const { clock, late, write } = world();
  write('server running on stdio');
  clock.advance(999);
  assert.deepEqual(late, []);
  clock.advance(1);
  assert.deepEqual(late, [1_000]);
});

test('a server that writes on must get five times the timeout, with its last line shown', () => {
  const { clock, shown, late, write } = world();
  for (let n = 1; n <= 5; n += 1) {
    clock.advance(500);
    write(`Downloading part ${n}/9`);
    clock.advance(500);
  }
  assert.deepEqual(
    shown,
    [1, 2, 3, 4].map((n) => `still starting after ${n} s; it wrote: Downloading part ${n}/9`),
  );
  assert.deepEqual(late, [5_000]);
});

test('a server that falls silent must be too late at the next limit', () => {
  const { clock, late, write } = world();
  clock.advance(500);
  write('Downloading part 1/9');
  clock.advance(1_500);
  assert.deepEqual(late, [2_000]);
});

test('an installation must not count, and be shown with its last line', () => {
  const { clock, shown, late, progress, write } = world();
  clock.advance(900);
  progress.preparing('installing x');
  clock.advance(9_000);
  write('added 3 packages');
  clock.advance(600_000);
  assert.deepEqual(
    [late, shown[0], shown[1]],
    [[], 'installing x', 'installing x; it wrote: added 3 packages'],
  );
  progress.preparing(undefined);
  assert.equal(shown.at(-1), undefined);
  clock.advance(999);
  assert.deepEqual(late, []);
  clock.advance(1);
  assert.deepEqual(late, [1_000]);
});

test('the time of a command that may install must count from the start of the server itself', async () => {
  const { clock, late, progress } = world();
  const installed = Promise.withResolvers<void>();
  progress.installing(installed.promise);
  clock.advance(5_000);
  assert.deepEqual(late, []);
  installed.resolve();
  await installed.promise;
  clock.advance(1_000);
  assert.deepEqual(late, [1_000]);
});

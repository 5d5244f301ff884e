import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createRuns } from '../src/scheduling.ts';
import { fakeClock } from './edge/fake-clock.ts';

/** Runs that end when told, and what they were asked for. */
function harness() {
  const clock = fakeClock();
  const causes: string[] = [];
  let end = Promise.withResolvers<void>();
  const run = async (cause: string): Promise<void> => {
    causes.push(cause);
    await end.promise;
  };
  const endRun = async (): Promise<void> => {
    const ended = end;
    end = Promise.withResolvers();
    ended.resolve();
    await turn();
  };
  const fail = (error: unknown): never => assert.fail(String(error));
  const runs = createRuns(clock, fail);
  runs.start(run);
  return { clock, causes, endRun, runs };
}

test('requests that come during a run must become one more run, for the newest', async () => {
  const { runs, causes, endRun } = harness();
  runs.request('a');
  for (const cause of ['b', 'c']) runs.request(cause);
  assert.deepEqual(causes, ['a']);
  await endRun();
  assert.deepEqual(causes, ['a', 'c']);
});

test('what is asked for soon must run at once when nothing ran just now, and once in a while otherwise', async () => {
  const { runs, causes, endRun, clock } = harness();
  runs.soon('first');
  assert.deepEqual(causes, ['first']);
  await endRun();
  for (const cause of ['b', 'c', 'd']) runs.soon(cause);
  clock.advance(249);
  await turn();
  assert.deepEqual(causes, ['first']);
  clock.advance(1);
  await turn();
  assert.deepEqual(causes, ['first', 'b']);
});

test('a clock that is put back must not put off what is asked for soon', async () => {
  const { runs, causes, endRun, clock } = harness();
  runs.request('first');
  await endRun();
  clock.advance(-3_600_000);
  runs.soon('soon');
  clock.advance(250);
  await turn();
  assert.deepEqual(causes, ['first', 'soon']);
});

test('what is asked for at once must not wait for what is due, nor be followed by it', async () => {
  const { runs, causes, endRun, clock } = harness();
  runs.request('first');
  runs.soon('soon');
  await endRun();
  runs.request('now');
  assert.deepEqual(causes, ['first', 'now']);
  await endRun();
  clock.advance(1_000);
  await turn();
  assert.deepEqual(causes, ['first', 'now']);
});

test('what is asked for soon during a run must be looked at again after it', async () => {
  const { runs, causes, endRun, clock } = harness();
  runs.request('first');
  runs.soon('during');
  clock.advance(1_000);
  assert.deepEqual(causes, ['first']);
  await endRun();
  assert.deepEqual(causes, ['first', 'during']);
});

test('after closing nothing may run', async () => {
  const { runs, causes, endRun, clock } = harness();
  runs.request('first');
  runs.soon('due');
  const closed = runs.close();
  runs.soon('late');
  await endRun();
  await closed;
  clock.advance(1_000);
  await turn();
  assert.deepEqual(causes, ['first']);
});

/** Requests, runs and the time between them, on a fake clock. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createRuns } from '../src/scheduling.ts';
import { fakeClock } from './helpers/fake-clock.ts';

/** Runs that end when the test ends them, and the causes that they were started with. */
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

test('requests during a run must become one more run, with the newest cause', async () => {
  const { runs, causes, endRun } = harness();
  runs.request('a');
  for (const cause of ['b', 'c']) runs.request(cause);
  assert.deepEqual(causes, ['a']);
  await endRun();
  assert.deepEqual(causes, ['a', 'c']);
});

test('a run requested soon must begin at once, or 250 ms after the last one began', async () => {
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

test('a clock that is put back must not delay a run requested soon', async () => {
  const { runs, causes, endRun, clock } = harness();
  runs.request('first');
  await endRun();
  clock.advance(-3_600_000);
  runs.soon('soon');
  clock.advance(250);
  await turn();
  assert.deepEqual(causes, ['first', 'soon']);
});

test('a run requested now must not wait for the next interval, and take the place of the run that is due then', async () => {
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

test('a run requested soon during another must follow it', async () => {
  const { runs, causes, endRun, clock } = harness();
  runs.request('first');
  runs.soon('during');
  clock.advance(1_000);
  assert.deepEqual(causes, ['first']);
  await endRun();
  assert.deepEqual(causes, ['first', 'during']);
});

test('nothing may run after closing, and closing must wait for the current run', async () => {
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

test('requests must wait until there is work', async () => {
  const { clock } = harness();
  const causes: string[] = [];
  const runs = createRuns(clock, (error) => assert.fail(String(error)));
  for (const cause of ['first', 'second']) runs.request(cause);
  runs.start(async (cause) => void causes.push(cause));
  await turn();
  assert.deepEqual(causes, ['second']);
});

test('a run that fails must be reported, and not keep the next one from running', async () => {
  const { clock } = harness();
  const errors: unknown[] = [];
  const runs = createRuns(clock, (error) => errors.push(error));
  runs.start(async (cause) => {
    throw cause;
  });
  for (const cause of ['first', 'second']) {
    runs.request(cause);
    await turn();
  }
  assert.deepEqual(errors, ['first', 'second']);
});

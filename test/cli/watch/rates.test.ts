/** Rates between two samples of `hive top`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratesBetween } from '../../../src/cli/watch/rates.ts';
import type { ServerSample, ServerSamples } from '../../../src/model/watch/usage.ts';

const sampleOf = (parts: Partial<ServerSample>): ServerSample => ({
  server: 's',
  type: 'container',
  state: 'ready',
  callsPerMinute: 0,
  errorsPerMinute: 0,
  ...parts,
});
const samplesOf = (...servers: Partial<ServerSample>[]): ServerSamples => ({
  stack: 'mine',
  servers: servers.map(sampleOf),
  leftOut: 0,
});

test('what has grown must be divided by the time between the samples', () => {
  const before = samplesOf({ at: 1_000, cpuSeconds: 5, receivedBytes: 100, sentBytes: 50 });
  const after = samplesOf({
    at: 3_000,
    cpuSeconds: 6,
    receivedBytes: 2_100,
    sentBytes: 50,
    memoryBytes: 7,
    memoryLimitBytes: 9,
    p95Ms: 3,
  });
  assert.deepEqual(ratesBetween(before, after), [
    {
      server: 's',
      type: 'container',
      state: 'ready',
      cpuPercent: 50,
      memoryBytes: 7,
      memoryLimitBytes: 9,
      receivedBytesPerSecond: 1_000,
      sentBytesPerSecond: 0,
      callsPerMinute: 0,
      errorsPerMinute: 0,
      p95Ms: 3,
    },
  ]);
});

test('a rate must be unknown without an earlier sample, after a new beginning, and at the same moment', () => {
  const cpuOf = (before: ServerSamples | undefined, after: ServerSamples) =>
    ratesBetween(before, after)[0]?.cpuPercent;
  const after = samplesOf({ at: 3_000, cpuSeconds: 1 });
  assert.equal(cpuOf(undefined, after), undefined);
  assert.equal(cpuOf(samplesOf({}), after), undefined);
  assert.equal(cpuOf(samplesOf({ at: 1_000, cpuSeconds: 5 }), after), undefined);
  assert.equal(cpuOf(samplesOf({ at: 3_000, cpuSeconds: 0 }), after), undefined);
  assert.equal(cpuOf(samplesOf({ at: 9_000, cpuSeconds: 0 }), after), undefined);
  assert.equal(cpuOf(after, samplesOf({})), undefined);
});

test('the busiest servers must come first, and those that do nothing by name', () => {
  const at = (ms: number, busy: number) =>
    samplesOf(
      { server: 'z', at: ms, cpuSeconds: 0 },
      { server: 'a', at: ms, cpuSeconds: 0 },
      { server: 'called', callsPerMinute: 3 },
      { server: 'busy', at: ms, cpuSeconds: busy },
    );
  const names = ratesBetween(at(0, 0), at(1_000, 0.5)).map(({ server }) => server);
  assert.deepEqual(names, ['busy', 'called', 'a', 'z']);
});

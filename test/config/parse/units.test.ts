import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationMs } from '../../../src/config/parse/units.ts';
import { duration } from '../../../src/config/schema/values.ts';

for (const [value, ms] of [
  ['500ms', 500],
  ['30s', 30_000],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['1m30s', 90_000],
  ['0.5s', 500],
  [10, 10_000],
  [0.25, 250],
] as const)
  test(`${value} is ${ms} ms`, () => {
    assert.ok(duration.safeParse(value).success);
    assert.equal(durationMs(value), ms);
  });

for (const value of ['30', 's', '', '-1s', '1d', '30 s', 0, -1, true, null])
  test(`${JSON.stringify(value)} is not a duration`, () => assert.ok(!duration.safeParse(value).success));

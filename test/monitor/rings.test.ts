/** Rings of figures: what is kept, how coarse, and how much of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FloatRing } from '../../src/monitor/float-ring.ts';
import { MetricRings, RINGS, ringFor } from '../../src/monitor/metric-rings.ts';
import { quantileOf, ServerRings } from '../../src/monitor/server-rings.ts';

const START = 1_795_262_400_000;

test('a ring must keep the newest steps alone, with gaps, and grow no further than they need', () => {
  const ring = new FloatRing(1_000, 100);
  ring.set(10, 1);
  assert.equal(ring.bytes, 64);
  ring.set(12, 3);
  assert.deepEqual(
    [9, 10, 11, 12, 13].map((it) => ring.get(it)),
    [NaN, 1, NaN, 3, NaN],
  );
  for (let step = 13; step < 300; step++) ring.set(step, step);
  assert.equal(ring.bytes, 400);
  assert.deepEqual(
    [199, 200, 299].map((it) => ring.get(it)),
    [NaN, 200, 299],
  );
});

test('a ring must begin anew when its clock was set back, or nothing came for longer than it keeps', () => {
  const ring = new FloatRing(1_000, 100);
  ring.set(1_000, 1);
  ring.set(500, 2);
  assert.deepEqual([ring.get(1_000), ring.get(500)], [NaN, 2]);
  ring.set(700, 3);
  assert.deepEqual([ring.get(500), ring.get(699), ring.get(700)], [NaN, NaN, 3]);
});

test('seconds must be kept for ten minutes, their means for six hours and for a week', () => {
  const rings = new MetricRings();
  for (let second = 0; second < 1_200; second++) rings.add(START + second * 1_000, second);
  const now = START + 1_200_000;
  assert.equal(rings.mean(now - 1_000, now, 0), 1_199);
  assert.equal(rings.mean(now - 600_000, now - 599_000, 0), 600);
  assert.equal(rings.mean(now - 601_000, now - 600_000, 0), NaN);
  assert.equal(rings.mean(START, START + 10_000, 1), 4.5);
  assert.equal(rings.mean(START + 60_000, START + 120_000, 2), 89.5);
  assert.equal(rings.newest(now, 3_000), 1_199);
  assert.equal(rings.newest(now + 10_000, 3_000), NaN, 'an old value must not pass for a new one');
});

test('the rings of a figure must hold 12,840 values of four bytes at most', () => {
  assert.equal(
    RINGS.reduce((sum, { steps }) => sum + steps, 0),
    12_840,
  );
  const rings = new MetricRings();
  for (let minute = 0; minute < 11_000; minute++) rings.add(START + minute * 60_000, 1);
  assert.equal(rings.bytes, 12_840 * 4);
});

test('a range must be read from the finest ring that reaches back so far', () => {
  assert.deepEqual(
    (
      [
        [60, 1],
        [600, 1],
        [601, 1],
        [21_600, 1],
        [21_601, 1],
        [999_999_999, 1],
        [60, 10],
        [60, 59],
        [60, 300],
      ] as const
    ).map(([range, step]) => ringFor(range * 1_000, step * 1_000)),
    [0, 0, 1, 1, 2, 2, 1, 1, 2],
  );
});

test('a figure that nobody has measured must be unknown, not 0', () => {
  const rings = new ServerRings();
  assert.equal(rings.mean('memory', START, START + 1_000, 0), undefined);
  assert.equal(rings.mean('p95', START, START + 1_000, 0), undefined);
  assert.equal(rings.sum('calls', START, START + 1_000, 0), undefined);
  assert.equal(rings.bytes, 0);
});

test('calls must add up over time, and their durations give quantiles of any range', () => {
  const rings = new ServerRings();
  const counts = (bucket: number, count: number) =>
    Array.from({ length: 18 }, (_, it) => (it === bucket ? count : 0));
  for (let second = 0; second < 100; second++) {
    rings.add('calls', START + second * 1_000, 2);
    // 10 to 20 ms, and in the last ten seconds 1 to 2 s.
    rings.addCalls(START + second * 1_000, counts(second < 90 ? 4 : 10, 2));
  }
  assert.equal(rings.sum('calls', START, START + 100_000, 0), 200);
  assert.equal(rings.sum('calls', START, START + 100_000, 1), 200);
  const p50 = rings.mean('p50', START, START + 100_000, 0) ?? 0;
  const p95 = rings.mean('p95', START, START + 100_000, 1) ?? 0;
  assert.ok(p50 > 10 && p50 < 20, `${p50}`);
  assert.ok(p95 > 1_000 && p95 < 2_000, `${p95}`);
  assert.equal(quantileOf([], 0.5), undefined);
  assert.equal(quantileOf(counts(17, 1), 0.5), 300_000, 'longer than the last bound');
});

/** The pauses between two pieces of work that may wait, on a clock that stands still. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Turns } from '../../../src/runtime/links/turns.ts';

/** Milliseconds of pause after work that took so long, and had cost something before. */
function pauseAfter(tookMs: number, spentMs?: number): number {
  const pauses: number[] = [];
  const due: (() => void)[] = [];
  const mocks = [
    mock.method(performance, 'now', () => 0),
    mock.method(process, 'cpuUsage', () => ({ user: tookMs * 600, system: tookMs * 400 })),
    mock.method(globalThis, 'setTimeout', (_: () => void, ms: number) => void pauses.push(ms)),
    mock.method(globalThis, 'setImmediate', (work: () => void) => void due.push(work)),
  ];
  const turns = new Turns();
  turns.wait(() => {}, spentMs);
  due.shift()?.();
  turns.wait(() => {});
  for (const { mock: it } of mocks) it.restore();
  return pauses[0] ?? 0;
}

for (const [tookMs, pauseMs] of [
  [0, 0],
  [0.25, 2.5],
  [0.49, 4.9],
  [0.5, 50],
  [1, 100],
  [19, 1_900],
  [30, 2_000],
] as const)
  test(`after ${tookMs} ms of work others must have ${pauseMs} ms`, () => {
    assert.ok(Math.abs(pauseAfter(tookMs) - pauseMs) < 1e-6);
  });

test('what an item has cost before its turn must count as its work', () => {
  assert.ok(Math.abs(pauseAfter(0.4, 0.065) - 4.65) < 1e-6);
});

/** Calls per minute, errors and the 95th percentile, from the calls that are kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recentCalls } from '../../../src/model/watch/recent-calls.ts';
import { callOf } from '../../helpers/call-record.ts';

const NOW = 1_795_262_400_000;
const ago = (ms: number, parts: Parameters<typeof callOf>[0] = {}) =>
  callOf({ at: NOW - ms, ms: 1, ...parts });

test('calls that ended within a minute must be counted for each server, and no others', () => {
  const calls = [ago(60_001), ago(90_000, { ms: 31_000 }), ago(10), ago(5, { server: 'other' })];
  const figures = recentCalls(calls, NOW);
  assert.deepEqual([...figures.keys()], ['s', 'other']);
  assert.deepEqual(figures.get('s'), { callsPerMinute: 2, errorsPerMinute: 0, p95Ms: 31_000 });
});

test('all failures but those that a client wanted must be errors', () => {
  const outcomes = ['ok', 'tool_error', 'error', 'cancelled', 'timeout', 'lost'] as const;
  const calls = outcomes.map((outcome) => ago(10, { outcome }));
  assert.equal(recentCalls(calls, NOW).get('s')?.errorsPerMinute, 4);
});

test('of a hundred durations the 95th must be shown', () => {
  const calls = Array.from({ length: 100 }, (_, index) => ago(1_000, { ms: 100 - index }));
  assert.equal(recentCalls(calls, NOW).get('s')?.p95Ms, 95);
  assert.equal(recentCalls([ago(10, { ms: 7 })], NOW).get('s')?.p95Ms, 7);
});

test('if the kept calls cover less than a minute, the rate must be that of the time they cover', () => {
  const calls = [ago(6_001, { seq: 9_000 }), ago(10, { seq: 9_001 })];
  assert.equal(recentCalls(calls, NOW).get('s')?.callsPerMinute, 20);
  const all = [ago(6_001, { seq: 1 }), ago(10, { seq: 2 })];
  assert.equal(recentCalls(all, NOW).get('s')?.callsPerMinute, 2);
  assert.equal(recentCalls([], NOW).size, 0);
});

/** A short chaos run; `npm run chaos` runs longer ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderReport } from './report.ts';
import { soak } from './soak.ts';
import { verdict } from './verdict.ts';

test('whatever is killed, frozen, edited or disconnected: no wrong answer, no hanging call, nothing left behind', async (t) => {
  const seed = Number(process.env.HIVE_CHAOS_SEED ?? Date.now() % 1_000_000);
  t.diagnostic(`seed ${seed}`);
  const report = await soak({ seed, seconds: 20, kills: 5, clients: 4, log: () => {} });
  t.diagnostic(renderReport(report));
  assert.deepEqual(verdict(report), []);
});

test('an engine that dies and hangs at random must cause no wrong answer and leave nothing behind', async (t) => {
  const seed = Number(process.env.HIVE_CHAOS_SEED ?? Date.now() % 1_000_000);
  t.diagnostic(`seed ${seed}`);
  const report = await soak({ seed, seconds: 20, kills: 3, clients: 3, where: 'own', log: () => {} });
  t.diagnostic(renderReport(report));
  assert.deepEqual(verdict(report), []);
});

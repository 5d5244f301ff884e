/** Limits that clients ask for, and entries that they may not have. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryProblems } from '../../src/policy/entry-rules.ts';
import { clampLimits, memoryBytes } from '../../src/policy/maxima.ts';

test('limits above the maxima must become the maxima, and be named', () => {
  const max = { cpus: 2, memory: '2g', pids: 100 };
  assert.deepEqual(clampLimits({ cpus: 4, memory: '512m' }, max), {
    limits: { cpus: 2, memory: '512m', pids: 100 },
    changes: ['cpus 4 → 2'],
  });
  assert.deepEqual(clampLimits({ memory: '2049m' }, max).limits.memory, '2g');
});

test('without a wish, a maximum below the default must hold; without a maximum nothing is set', () => {
  assert.deepEqual(clampLimits({}, { cpus: 0.5, memory: '256m' }), {
    limits: { cpus: 0.5, memory: '256m' },
    changes: [],
  });
  assert.deepEqual(clampLimits({}, { cpus: 2 }), { limits: { cpus: 1 }, changes: [] });
  assert.deepEqual(clampLimits({ pids: 9 }, {}), { limits: { pids: 9 }, changes: [] });
});

test('sizes must be read in the units of Compose', () => {
  assert.deepEqual(['1k', '1.5gb', '7', 'x'].map(memoryBytes), [1024, 1_610_612_736, 7, Number.NaN]);
});

for (const [entry, why] of [
  [{ image: 'x', network: 'host' }, /network of this machine/],
  [{ image: 'x', compose: { privileged: true } }, /raw keys/],
  [{ image: 'x', capAdd: ['SYS_ADMIN'] }, /capabilities/],
  [{ image: 'x', envFile: '/etc/shadow' }, /file of variables/],
  [{ image: 'x', secrets: { a: { file: '/etc/shadow' } } }, /file of this machine/],
  [{ image: 'x', runtime: 'runc' }, /runtime/],
  [{ image: 'x', native: { command: 'sh' } }, /process of this machine/],
  [{ command: 'sh' }, /outside containers/],
] as const)
  test(`a client must not get ${JSON.stringify(entry)}`, () =>
    assert.match(entryProblems(entry).join('; '), why));

test('a plain container must have no problems', () =>
  assert.deepEqual(entryProblems({ image: 'x', capAdd: [], secrets: { a: { environment: 'A' } } }), []));

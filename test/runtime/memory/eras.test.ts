/** A server is not asked again for its protocol era in each run, unless the answer may have changed. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Unit } from '../../../src/model/compiled.ts';
import { createEraMemory, eraKey } from '../../../src/runtime/memory/eras.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

const DAY_MS = 24 * 3_600_000;

const folder = mkdtempSync(join(tmpdir(), 'hivetest-eras-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function world() {
  files += 1;
  const path = join(folder, `${files}.json`);
  const clock = fakeClock(0);
  return { path, clock, memory: createEraMemory(path, clock), next: () => createEraMemory(path, clock) };
}

test('eras must be remembered across gateways', () => {
  const { memory, next } = world();
  assert.equal(memory.recall('a'), undefined);
  memory.learn('a', 'legacy');
  memory.learn('b', 'modern');
  assert.deepEqual([next().recall('a'), next().recall('b')], ['legacy', 'modern']);
});

test('a legacy server must be asked again after a week since it was last seen, a modern one not', () => {
  const { memory, clock } = world();
  memory.learn('a', 'legacy');
  memory.learn('b', 'modern');
  clock.advance(6 * DAY_MS);
  memory.learn('a', 'legacy');
  clock.advance(6 * DAY_MS);
  assert.equal(memory.recall('a'), 'legacy');
  clock.advance(2 * DAY_MS);
  assert.deepEqual([memory.recall('a'), memory.recall('b')], [undefined, 'modern']);
});

test('a server that may be another version must be asked again if it was legacy', () => {
  const { memory } = world();
  memory.learn('a', 'legacy');
  memory.learn('b', 'modern');
  for (const key of ['a', 'b', 'c']) memory.suspectStale(key);
  assert.deepEqual([memory.recall('a'), memory.recall('b')], [undefined, 'modern']);
});

test('only the 500 servers that were learned last must be remembered', () => {
  const { memory, next } = world();
  for (let n = 0; n < 501; n++) memory.learn(`${n} `, 'legacy');
  assert.deepEqual([next().recall('0 '), next().recall('1 ')], [undefined, 'legacy']);
});

test('entries of a shape that is not known must be left out', () => {
  const { path, next } = world();
  const entries = { a: 7, b: { era: 'modern' }, c: { era: 'next', at: 0 }, d: { era: 'modern', at: 0 } };
  writeFileSync(path, JSON.stringify({ version: 1, entries }));
  const memory = next();
  assert.deepEqual(['a', 'b', 'c', 'd'].map(memory.recall), [undefined, undefined, undefined, 'modern']);
});

test('another entry or another image must be another server', () => {
  const unit = (hash: string) => ({ hash }) as Unit;
  const keys = [
    eraKey(unit('h'), 'i'),
    eraKey(unit('h'), 'j'),
    eraKey(unit('g'), 'i'),
    eraKey(unit('h'), undefined),
  ];
  assert.equal(new Set(keys).size, 4);
  assert.equal(eraKey(unit('h'), 'i'), keys[0]);
});

test('a server that lacks the legacy era must be remembered as such for a week, or until another version may run', () => {
  const { memory, next, clock } = world();
  memory.learn('a', 'modern');
  assert.equal(memory.isModernOnly('a'), false);
  memory.learnModernOnly('a');
  memory.learn('a', 'modern');
  assert.deepEqual([next().isModernOnly('a'), next().recall('a')], [true, 'modern']);
  clock.advance(8 * DAY_MS);
  assert.deepEqual([memory.isModernOnly('a'), memory.recall('a')], [false, 'modern']);
  memory.learnModernOnly('a');
  memory.suspectStale('a');
  assert.deepEqual([next().isModernOnly('a'), next().recall('a')], [false, 'modern']);
});

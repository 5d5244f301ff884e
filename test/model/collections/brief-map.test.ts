import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createBriefMap } from '../../../src/model/collections/brief-map.ts';

test('values must be kept, in order, until they are deleted', () => {
  const map = createBriefMap<string, number>();
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  assert.deepEqual([map.size, map.get('a'), [...map.keys()], map.values()], [2, 3, ['a', 'b'], [3, 2]]);
  assert.deepEqual([map.delete('a'), map.delete('a'), map.get('a'), map.size], [true, false, undefined, 1]);
});

test('deleted values must not survive into the old generation', () => {
  setFlagsFromString('--expose-gc');
  const collect: (options?: { type: 'minor' }) => void = runInNewContext('gc');
  const map = createBriefMap<number, number[]>();
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let key = 0; key < 20_000; key++) {
    map.set(key, new Array(300).fill(key));
    map.delete(key - 16);
    if (key % 500 === 0) collect({ type: 'minor' });
  }
  collect({ type: 'minor' });
  const grown = process.memoryUsage().heapUsed - before;
  // 20,000 values are 48 MB, of which a plain map keeps most.
  assert.ok(grown < 10_000_000, `${grown} bytes were kept`);
});

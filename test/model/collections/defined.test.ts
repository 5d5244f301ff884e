import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defined } from '../../../src/model/collections/defined.ts';

test('only undefined values must be left out', () => {
  const all = { a: undefined, b: null, c: 0, d: '', e: false, f: [undefined] };
  assert.deepEqual(Object.keys(defined(all)), ['b', 'c', 'd', 'e', 'f']);
});

test('the object itself must stay as it was', () => {
  const object = { a: undefined };
  assert.notEqual(defined(object), object);
  assert.ok('a' in object);
});

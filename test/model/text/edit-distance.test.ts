import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editDistance } from '../../../src/model/text/edit-distance.ts';

for (const [a, b, distance] of [
  ['', '', 0],
  ['abc', '', 3],
  ['', 'abc', 3],
  ['abc', 'abc', 0],
  ['abc', 'abx', 1],
  ['abc', 'ab', 1],
  ['abc', 'abcd', 1],
  ['prot', 'port', 1],
  ['ca', 'abc', 3],
  ['kitten', 'sitting', 3],
] as const)
  test(`from "${a}" to "${b}" it must be ${distance} edits, and as many back`, () => {
    assert.equal(editDistance(a, b), distance);
    assert.equal(editDistance(b, a), distance);
  });

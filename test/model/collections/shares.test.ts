import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Shares } from '../../../src/model/collections/shares.ts';

function takeAll(shares: Shares, owner: string): number {
  while (shares.take(owner));
  return shares.heldBy(owner);
}

test('an owner must get half while it is alone, and always leave something to another', () => {
  const shares = new Shares(12);
  assert.deepEqual([takeAll(shares, 'a'), takeAll(shares, 'b'), takeAll(shares, 'c')], [6, 3, 2]);
  assert.equal(shares.take('d'), true);
  assert.equal(shares.total, 12);
  shares.give('a', 6);
  assert.equal(takeAll(shares, 'b'), 5);
});

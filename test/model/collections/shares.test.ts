import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Shares } from '../../../src/model/collections/shares.ts';
import { bytesHeld } from '../../helpers/bytes-held.ts';

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

test('no piece may be larger than the share, and one that is must change nothing', () => {
  const shares = new Shares(10);
  assert.deepEqual([shares.hasRoom('a', 5), shares.hasRoom('a', 6)], [true, false]);
  assert.equal(shares.take('a', 6), false);
  assert.deepEqual([shares.total, shares.heldBy('a')], [0, 0]);
  assert.equal(shares.take('a', 3), true);
  assert.deepEqual([shares.hasRoom('a', 2), shares.hasRoom('a', 3)], [true, false]);
  assert.deepEqual([shares.hasRoom('b', 4), shares.hasRoom('b', 5)], [true, false]);
});

test('room must be for one, unless an amount is named', () => {
  const shares = new Shares(2);
  assert.equal(shares.hasRoom('a'), true);
  shares.add('a');
  assert.equal(shares.hasRoom('a'), false);
  assert.equal(new Shares(1).hasRoom('a'), true);
});

test('an addition must count once, even beyond the share', () => {
  const shares = new Shares(1);
  for (let n = 0; n < 3; n++) shares.add('a');
  assert.deepEqual([shares.total, shares.heldBy('a'), shares.take('b')], [3, 3, false]);
});

test('an owner must get the same share in one piece as in many', () => {
  for (const max of [1, 2, 3, 7, 12, 1_000, 1_001])
    for (const other of [0, 1, Math.floor(max / 3)]) {
      const [small, large] = [new Shares(max), new Shares(max)];
      for (const shares of [small, large]) shares.add('other', other);
      const share = takeAll(small, 'a');
      assert.equal(large.hasRoom('a', share + 1), false, `${max}, ${other}`);
      assert.equal(share === 0 || large.take('a', share), true, `${max}, ${other}`);
    }
});

test('one of something must be the amount if none is named', () => {
  const shares = new Shares(4);
  assert.equal(shares.hasRoom('a'), true);
  shares.add('a');
  assert.equal(shares.take('a'), true);
  assert.deepEqual([shares.total, shares.heldBy('a')], [2, 2]);
  assert.equal(shares.take('a'), false);
  shares.give('a');
  assert.deepEqual([shares.total, shares.heldBy('a')], [1, 1]);
});

test('what is given back must be free for all, and an owner of nothing hold nothing', () => {
  const shares = new Shares(10);
  shares.add('a', 8);
  assert.equal(shares.take('b', 3), false);
  shares.give('a', 5);
  assert.deepEqual([shares.total, shares.heldBy('a')], [3, 3]);
  shares.give('a', 3);
  assert.deepEqual([shares.total, shares.heldBy('a')], [0, 0]);
  assert.equal(shares.take('b', 5), true);
});

test('an owner that has given everything back must cost no memory', () => {
  const shares = new Shares(10);
  const before = bytesHeld();
  for (let n = 0; n < 20_000; n++) {
    const owner = `${n}`.padEnd(1_000, 'x');
    shares.take(owner, 2);
    shares.give(owner, 2);
  }
  assert.ok(bytesHeld() - before < 5_000_000, 'the names alone have 20 MB');
  assert.equal(shares.total, 0);
});

/** A ring never exceeds its bounds, and a reader can tell what it has missed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../../helpers/seed.ts';
import { Ring } from '../../../src/model/collections/ring.ts';

const bytesOf = (text: string): number => text.length;

test('the newest items must be kept, within both bounds', () => {
  const ring = new Ring({ maxItems: 3, maxBytes: 10, bytesOf });
  for (const item of ['a', 'b', 'c', 'd']) ring.push(item);
  assert.deepEqual([ring.after(0), ring.size, ring.bytes], [['b', 'c', 'd'], 3, 3]);
  ring.push('123456789');
  assert.deepEqual([ring.after(0), ring.bytes], [['d', '123456789'], 10]);
  ring.push('12345678901');
  assert.deepEqual([ring.after(0), ring.bytes, ring.oldest], [[], 0, undefined]);
});

test('a reader must get what came after its last item, and see that it has missed some', () => {
  const ring = new Ring({ maxItems: 3, maxBytes: 100, bytesOf });
  assert.deepEqual([ring.lastSeq, ring.firstSeq, ring.after(0)], [0, 1, []]);
  assert.deepEqual(
    ['a', 'b'].map((item) => ring.push(item)),
    [1, 2],
  );
  assert.deepEqual([ring.after(1), ring.after(2), ring.after(7)], [['b'], [], []]);
  for (const item of ['c', 'd', 'e']) ring.push(item);
  assert.deepEqual([ring.firstSeq, ring.lastSeq, ring.after(1)], [3, 5, ['c', 'd', 'e']]);
});

test('each dropped item must be reported once, by whatever it is dropped', () => {
  const dropped: string[] = [];
  const ring = new Ring({ maxItems: 2, maxBytes: 100, bytesOf }, (item) => dropped.push(item));
  for (const item of ['a', 'b', 'c', 'd']) ring.push(item);
  assert.equal(ring.shift(), 'c');
  ring.clear();
  assert.equal(ring.shift(), undefined);
  assert.deepEqual(dropped, ['a', 'b', 'c', 'd']);
  assert.equal(ring.push('e'), 5);
});

test('a ring must hold what a plain list cut to its bounds holds', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string({ maxLength: 9 }), fc.constant(undefined)), { maxLength: 300 }),
      (steps) => {
        const ring = new Ring({ maxItems: 7, maxBytes: 25, bytesOf });
        let list: string[] = [];
        let pushed = 0;
        for (const step of steps) {
          if (step === undefined) {
            ring.shift();
            list.shift();
          } else {
            pushed += 1;
            ring.push(step);
            list.push(step);
            while (list.length > 7 || list.join('').length > 25) list = list.slice(1);
          }
          assert.deepEqual(ring.after(0), list);
          assert.deepEqual(
            [ring.size, ring.bytes, ring.lastSeq],
            [list.length, list.join('').length, pushed],
          );
          assert.deepEqual(ring.after(pushed - 2), list.slice(-2));
        }
      },
    ),
  );
});

/** Gateways that serve each other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hops } from '../src/hops.ts';

const id = (n: number): string => n.toString(16).padStart(16, '0');

/** Gateways 1 to `count`, and the request of one to another: false if it is refused. */
function gateways(count: number) {
  let now = 0;
  const all = Array.from({ length: count }, (_, index) => new Hops(id(index + 1), () => now));
  const at = (n: number): Hops => all[n - 1] as Hops;
  return {
    asks: (from: number, to: number) => at(to).refusal(at(from).via) === undefined,
    wait: (ms: number) => {
      now += ms;
    },
    via: (n: number) => at(n).via,
  };
}

test('a gateway must not serve itself, whatever its address looks like', () => {
  assert.equal(gateways(1).asks(1, 1), false);
});

test('of two gateways that name each other the second to ask must be refused, and the first be served on', () => {
  const { asks } = gateways(2);
  assert.ok(asks(1, 2));
  assert.equal(asks(2, 1), false);
  assert.ok(asks(1, 2));
});

test('two gateways that have begun at the same moment must not refuse each other for long', () => {
  const hops = [new Hops(id(1), () => 0), new Hops(id(2), () => 0)] as const;
  const [a, b] = hops;
  const [fromA, fromB] = [a.via, b.via];
  assert.deepEqual([b.refusal(fromA), a.refusal(fromB)], [undefined, undefined]);
  assert.ok(b.refusal(a.via));
  assert.equal(a.refusal(b.via), undefined);
  assert.ok(b.refusal(a.via), 'the other one stays refused');
});

test('a longer ring must be noticed by one of its gateways, in whatever order they begin', () => {
  for (const order of [
    [1, 2, 3],
    [3, 2, 1],
    [2, 1, 3],
    [1, 3, 2],
  ]) {
    const { asks } = gateways(3);
    const next = (n: number): number => (n % 3) + 1;
    let refused = 0;
    for (const round of [1, 2]) for (const n of order) if (!asks(n, next(n))) refused += round;
    assert.ok(refused > 0, order.join());
  }
});

test('gateways of a tree must all be served', () => {
  const { asks } = gateways(4);
  for (const [from, to] of [
    [1, 2],
    [1, 3],
    [2, 4],
    [3, 4],
    [1, 4],
    [1, 2],
  ] as const)
    assert.ok(asks(from, to));
});

test('a gateway that no longer asks must be forgotten', () => {
  const { asks, wait } = gateways(2);
  assert.ok(asks(1, 2));
  wait(75_001);
  assert.ok(asks(2, 1), 'its entry was taken out');
});

test('names that are none must be passed over, and 31 gateways at most be remembered', () => {
  const hops = new Hops(id(1), () => 0);
  assert.equal(hops.refusal('x, , 1.1 proxy'), undefined);
  assert.equal(hops.refusal(undefined), undefined);
  assert.equal(hops.via, id(1));
  for (let n = 2; n < 100; n += 1) hops.refusal(id(n));
  assert.equal(hops.via.split(', ').length, 32);
  assert.ok(hops.via.endsWith(id(99)));
});

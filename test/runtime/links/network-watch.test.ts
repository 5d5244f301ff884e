/** Servers that wait for their next attempt are tried at once when the network is back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchNetwork } from '../../../src/runtime/links/network-watch.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

function harness() {
  const clock = fakeClock();
  const causes: string[] = [];
  const world = { addresses: new Set(['10.0.0.2']), isNeeded: true, reads: 0 };
  const watch = watchNetwork({
    clock,
    isNeeded: () => world.isNeeded,
    onBack: (cause) => void causes.push(cause),
    addresses() {
      world.reads += 1;
      return new Set(world.addresses);
    },
  });
  return { clock, causes, world, watch };
}

test('the network that is back must be noticed, and be asked about only while it matters', () => {
  const { clock, causes, world, watch } = harness();
  clock.advance(5_000);
  world.addresses.clear();
  clock.advance(5_000);
  assert.deepEqual(causes, [], 'a network that goes away helps nobody');
  world.addresses.add('10.0.0.2');
  clock.advance(5_000);
  assert.deepEqual(causes, ['the network has changed']);
  world.isNeeded = false;
  const { reads } = world;
  clock.advance(60_000);
  assert.equal(world.reads, reads);
  world.addresses.add('10.0.0.3');
  world.isNeeded = true;
  clock.advance(5_000);
  assert.deepEqual(
    causes,
    ['the network has changed'],
    'what changed meanwhile was there at the last failure',
  );
  watch.close();
});

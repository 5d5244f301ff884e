/** Handles of parked values: every bit counts, they work once, and they expire. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createParked } from '../../../src/edge/modern/parked.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

function world(max = 4) {
  const clock = fakeClock();
  const expired: string[] = [];
  const parked = createParked<string>(clock, { max, timeoutMs: 1_000 }, (value) => void expired.push(value));
  const park = (value = 'v', owner = 'a'): string => {
    const handle = parked.add(value, owner);
    assert.ok(handle);
    return handle;
  };
  const take = (handle: string, fits = true) => parked.take(handle, () => fits);
  return { clock, expired, parked, park, take };
}

test('a handle must be foreign with any byte changed, left out or added, and from another gateway', () => {
  const { park, take } = world();
  const bytes = Buffer.from(park(), 'base64url');
  assert.equal(bytes.length, 48);
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(take(changed.toString('base64url')).kind, 'foreign', `byte ${at}`);
  }
  for (const other of [
    '',
    'x',
    bytes.subarray(1).toString('base64url'),
    `${bytes.toString('base64url')}AAAA`,
  ])
    assert.equal(take(other).kind, 'foreign');
  assert.equal(world().take(bytes.toString('base64url')).kind, 'foreign');
  assert.deepEqual(take(bytes.toString('base64url')), { kind: 'found', value: 'v' });
});

test('a handle must work once, and keep working while its value does not fit', () => {
  const { park, take, parked } = world();
  const handle = park();
  assert.equal(take(handle, false).kind, 'misfit');
  assert.deepEqual(parked.all(), ['v']);
  assert.deepEqual(take(handle), { kind: 'found', value: 'v' });
  assert.equal(take(handle).kind, 'gone');
  assert.deepEqual(parked.all(), []);
});

test('a value must be kept for its time, and reported once when nobody came back for it', () => {
  const { clock, expired, park, take } = world();
  const [left, taken] = [park('left'), park('taken')];
  clock.advance(999);
  take(taken);
  assert.deepEqual(expired, []);
  clock.advance(1);
  assert.deepEqual(expired, ['left']);
  assert.equal(take(left).kind, 'gone');
  clock.advance(10_000);
  assert.deepEqual(expired, ['left']);
});

test('a value that is dropped must be forgotten without a report, and no other with it', () => {
  const { clock, expired, park, take, parked } = world();
  const [dropped, other] = [park('dropped'), park('other')];
  parked.drop('dropped');
  assert.equal(take(dropped).kind, 'gone');
  assert.deepEqual(parked.all(), ['other']);
  assert.equal(take(other).kind, 'found');
  clock.advance(10_000);
  assert.deepEqual(expired, []);
});

test('an owner must have half of the places while it is alone, and a place again when one is free', () => {
  const { park, take, parked } = world();
  const first = park();
  park();
  assert.equal(parked.add('v', 'a'), undefined);
  park('v', 'b');
  assert.equal(parked.add('v', 'b'), undefined);
  assert.equal(parked.add('v', 'a'), undefined);
  take(first);
  park('v', 'a');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createParked } from '../../../src/edge/modern/parked.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

/** Parks for that owner until it is refused. @returns the handles */
function fill(parked: ReturnType<typeof createParked<string>>, owner: string): string[] {
  const handles: string[] = [];
  for (;;) {
    const handle = parked.add(owner, owner);
    if (handle === undefined) return handles;
    handles.push(handle);
  }
}

test('one owner must leave room for others, and may use theirs when they have gone', () => {
  const clock = fakeClock();
  const parked = createParked<string>(clock, { max: 16, timeoutMs: 1_000 }, () => {});
  const handles = fill(parked, 'a');
  assert.deepEqual([handles.length, ...['b', 'c'].map((owner) => fill(parked, owner).length)], [8, 4, 2]);
  for (const handle of handles) parked.take(handle, () => true);
  assert.ok(fill(parked, 'b').length > 0);
  clock.advance(1_000);
  assert.deepEqual(parked.all(), []);
  assert.equal(fill(parked, 'd').length, 8);
});

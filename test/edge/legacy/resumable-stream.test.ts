/** How long a client that others wait for may be away. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResumableStream, type ResumableStreamOptions } from '../../../src/edge/legacy/resumable-stream.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

test('a client without a connection must have 30 s to come back', () => {
  const clock = fakeClock();
  const options = { name: 'get1', tag: 't', clock, isPrimed: false } as Partial<ResumableStreamOptions>;
  const stream = new ResumableStream(options as ResumableStreamOptions);
  let isGone = false;
  stream.onGone(() => {
    isGone = true;
  });
  clock.advance(29_999);
  assert.equal(isGone, false);
  clock.advance(1);
  assert.equal(isGone, true);
});

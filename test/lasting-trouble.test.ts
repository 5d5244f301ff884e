/** A trouble lasts until it is mended, keeps the time of its beginning, and is tried again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../src/errors.ts';
import { LastingTrouble } from '../src/lasting-trouble.ts';
import { fakeClock } from './helpers/fake-clock.ts';

const full = new GatewayError('STATE_FAILED', 'no room', { hint: 'make room' });

function world() {
  const clock = fakeClock();
  let tries = 0;
  const trouble = new LastingTrouble('state', clock, () => {
    tries += 1;
  });
  return { clock, trouble, tries: () => tries };
}

test('the time of the first failure must stay until it is mended', () => {
  const { clock, trouble } = world();
  assert.deepEqual(trouble.all, []);
  const since = clock.now();
  trouble.failed(full, true);
  clock.advance(1_000);
  trouble.failed(new GatewayError('STATE_FAILED', 'no room at all'), true);
  assert.deepEqual(trouble.all, [{ about: 'state', code: 'STATE_FAILED', reason: 'no room at all', since }]);
  trouble.mended();
  assert.deepEqual(trouble.all, []);
});

test('a failure that may pass must be tried again after five seconds, any other not', () => {
  const { clock, trouble, tries } = world();
  trouble.failed(full, true);
  clock.advance(4_999);
  assert.equal(tries(), 0);
  clock.advance(1);
  assert.equal(tries(), 1);
  trouble.failed(full, true);
  trouble.failed(full, false);
  clock.advance(60_000);
  assert.equal(tries(), 1);
});

test('nothing must be tried again once it is mended or closed', () => {
  const { clock, trouble, tries } = world();
  trouble.failed(full, true);
  trouble.mended();
  trouble.failed(full, true);
  trouble.close();
  trouble.failed(full, true);
  clock.advance(60_000);
  assert.equal(tries(), 0);
});

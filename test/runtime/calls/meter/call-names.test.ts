/** Names in kept calls. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallNames } from '../../../../src/runtime/calls/meter/call-names.ts';

test('no text of a call may be longer than two hundred characters', () => {
  const names = new CallNames();
  assert.equal(names.of('x'.repeat(200)), 'x'.repeat(200));
  assert.equal(names.of('x'.repeat(201)), `${'x'.repeat(200)}…`);
});

test('of two thousand texts one copy must be kept', () => {
  const names = new CallNames();
  for (let index = 0; index < 2_000; index++) assert.equal(names.of(`name ${index}`), `name ${index}`);
  assert.equal(names.size, 2_000);
  assert.equal(names.of('one more'), 'one more');
  assert.equal(names.size, 1);
});

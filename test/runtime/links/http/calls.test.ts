/** The requests in flight on an HTTP link. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpCalls } from '../../../../src/runtime/links/http/calls.ts';

test('aborting one call must affect no other', () => {
  const calls = new HttpCalls();
  const [one, two] = [calls.begin('1'), calls.begin('2')];
  calls.abort('1');
  assert.deepEqual([one.aborted, two.aborted, calls.life.aborted], [true, false, false]);
  assert.deepEqual([calls.isOpen('1'), calls.isOpen('2')], [false, true]);
});

test('an answered call must not be aborted any more', () => {
  const calls = new HttpCalls();
  const signal = calls.begin('1');
  calls.answered('1');
  calls.abort('1');
  calls.abortAll();
  assert.equal(signal.aborted, false);
});

test('the end of the link must abort every call, every message without an id, and every later one', () => {
  const calls = new HttpCalls();
  const signals = [calls.begin('1'), calls.begin('"a"'), calls.begin(undefined)];
  calls.abortAll();
  signals.push(calls.begin('2'));
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true, true, true],
  );
});

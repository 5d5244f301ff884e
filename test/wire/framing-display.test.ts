/** Output of servers as people see it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { display } from '../../src/wire/framing.ts';

const shown = (text: string): string => display(Buffer.from(text));

test('text for people must have no terminal sequence and no control character left, not even their parameters', () => {
  assert.equal(shown('\u001b[2J\u001b[31mred\u001b[0m'), 'red');
  assert.equal(shown('\u001b]0;title\u0007x'), 'x');
  assert.equal(shown('\ufeff\u0000a\rb\u0008c\u007f\u009b2K'), 'abc');
  assert.equal(shown('  a\tb\nc \n'), 'a\tb\nc');
});

test('text for people must be cut at 2000 characters', () => {
  assert.equal(shown('x'.repeat(2_000)), 'x'.repeat(2_000));
  assert.equal(shown('x'.repeat(2_001)), `${'x'.repeat(2_000)}…`);
  assert.equal(shown('\u{1f600}'.repeat(1_000)).length, 2_000);
});

test('of a long line, no more than the first 8000 bytes must be looked at', () => {
  assert.equal(shown(`${'\0'.repeat(7_999)}xy`), 'x…');
  assert.equal(shown(`${'\0'.repeat(8_000)}xy`), '…');
});

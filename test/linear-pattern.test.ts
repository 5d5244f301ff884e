/** Patterns that people type cannot hang the command. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linearPattern } from '../src/linear-pattern.ts';

test('a pattern must be matched in linear time, and be refused if it cannot be', () => {
  // With backtracking, 2 ** 4000 steps.
  const line = `${'a'.repeat(4_000)}!`;
  for (const pattern of ['(a+)+$', '(a|a)*b', '(.*)*x'])
    assert.equal(linearPattern(pattern).test(line), false);
  assert.equal(linearPattern('time(d|s) out|^err').test('it timed out'), true);
  for (const [pattern, why] of [
    ['(a)\\1', /cannot be executed in linear time/],
    ['x(?=y)', /cannot be executed in linear time/],
    ['(', /unterminated group/],
    ['a'.repeat(501), /longer than 500/],
  ] as const)
    assert.throws(() => linearPattern(pattern), { code: 'USAGE', message: why }, pattern);
});

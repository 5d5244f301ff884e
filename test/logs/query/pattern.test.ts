/** Patterns that people and agents type cannot hang a thread. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linearPattern } from '../../../src/linear-pattern.ts';
import { searchPattern } from '../../../src/logs/query/pattern.ts';
import { stepsFor, waysOf } from '../../../src/logs/query/pattern-cost.ts';

test('no pattern must keep a thread, whatever its engine', () => {
  // With backtracking, 2 ** 4000 steps.
  const line = `${'a'.repeat(4_000)}!`;
  for (const pattern of ['(a+)+$', '(a|a)*b', '(.*)*x', '(.+)+B$'])
    for (const ignoresCase of [false, true])
      assert.equal(searchPattern(pattern, ignoresCase).test(line), false);
  for (const pattern of ['(a)\\1', 'x(?=y)', '(', 'a'.repeat(501)])
    assert.throws(() => searchPattern(pattern, true), { code: 'USAGE' }, pattern);
});

test('the case must be ignored by both engines, and counts be taken where they cost little', () => {
  assert.ok(searchPattern('^ERR\\S+(x)*(y*z*)*$', true).test('Errorxx'));
  assert.ok(searchPattern('(X+)+', true).test('x') && searchPattern('TOOK', true).test('took'));
  assert.ok(searchPattern('^[0-9a-f]{40}$', false).test('0123456789'.repeat(4)));
});

test('both engines must agree', () => {
  for (const [pattern, text, found] of [
    ['a[^\\]x]b', 'a.b', true],
    ['took \\d+ ms', 'it took 12 ms', true],
    ['^a{2,3}$', 'aaaa', false],
    ['(?:x|y)?z', 'yz', true],
    ['[[]]', '[]', true],
  ] as const) {
    assert.equal(searchPattern(pattern, false).test(text), found, pattern);
    assert.equal(linearPattern(pattern).test(text), found, pattern);
  }
});

/** Pattern, and a length of line up to which V8's usual engine may match it. */
const COSTS: readonly (readonly [pattern: string, upTo: number])[] = [
  ['error|timeout', 4_096],
  ['took \\d+ ms', 1_000],
  ['a.*b', 1_000],
  ['a.*b.*c', 100],
  ['(a+)+', -1],
  ['(a|a)*b', -1],
  ['(a?){30}', -1],
  [`${'(a|b)'.repeat(30)}`, -1],
  [`${'a?'.repeat(40)}b`, -1],
  ['(?:a{1,100}){1,100}', -1],
  ['(?<x>a)', -1],
];

for (const [pattern, upTo] of COSTS)
  test(`the cost must be bounded: ${pattern}`, () => {
    const ways = waysOf(pattern);
    if (upTo >= 0) assert.ok(stepsFor(ways, upTo) <= 2_000_000, `${stepsFor(ways, upTo)}`);
    else assert.ok(stepsFor(ways, 1) > 2_000_000, `${stepsFor(ways, 1)}`);
  });

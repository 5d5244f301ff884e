/** Bounds on the structure of a config file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDocument } from 'yaml';
import { excessIn } from '../../../src/config/source/excess.ts';

const faultOf = (text: string): string | undefined => excessIn(parseDocument(text).contents)?.message;

test('maps and lists may be nested 100 deep', () => {
  for (const [open, close] of [
    ['[', ']'],
    ['{a: ', '}'],
  ] as const) {
    const nested = (depth: number): string => `${open.repeat(depth)}1${close.repeat(depth)}`;
    assert.equal(faultOf(nested(100)), undefined);
    assert.equal(faultOf(nested(101)), 'maps and lists are nested more than 100 deep');
  }
});

test('a file may have 1000 aliases', () => {
  const aliased = (count: number): string => `a: &a 1\nb: [${new Array(count).fill('*a').join(', ')}]`;
  assert.equal(faultOf(aliased(1_000)), undefined);
  assert.equal(faultOf(aliased(1_001)), 'the file has more than 1000 aliases');
});

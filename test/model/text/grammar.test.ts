/** Grammars of names and paths: first and last character, and length. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PREFIX, SERVER_NAME, STACK_NAME, TOKEN_NAME, URL_PATH } from '../../../src/model/text/grammar.ts';

type Row = readonly [what: string, grammar: RegExp, good: readonly string[], bad: readonly string[]];

const TABLE: readonly Row[] = [
  [
    'a server name',
    SERVER_NAME,
    ['a', 'Z9_-', 'x'.repeat(63)],
    ['', '-a', '_a', 'a.b', 'a ', ' a', 'a\n', 'x'.repeat(64)],
  ],
  ['a prefix', PREFIX, ['', '_', '-a', 'x'.repeat(63)], ['a.b', ' ', 'a\n', '\na', 'ä', 'x'.repeat(64)]],
  [
    'a stack name',
    STACK_NAME,
    ['a', '0_-', 'x'.repeat(63)],
    ['', 'A', '-a', 'a.b', 'a/', '/a', 'a\n', 'x'.repeat(64)],
  ],
  [
    'the name of a token',
    TOKEN_NAME,
    ['a', 'ada@x.y-z_1', 'x'.repeat(63)],
    ['', '@a', 'a b', 'a:b', 'a\n', ' a', 'x'.repeat(64)],
  ],
  ['a path', URL_PATH, ['/', '/a?b=c#d'], ['', 'a', '@x/', 'x/y', '/a b', '/a\n', '\n/a']],
];

for (const [what, grammar, good, bad] of TABLE)
  test(`${what} must be told from what is none`, () => {
    assert.deepEqual(
      good.filter((text) => !grammar.test(text)),
      [],
    );
    assert.deepEqual(
      bad.filter((text) => grammar.test(text)),
      [],
    );
  });

/** How long a part of a secret must be, and where it must stand, to be hidden at a cut: each limit from both sides. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CutParts } from '../../src/secrets/cut-parts.ts';

/** Forty different characters, so that a part stands in one place alone. */
const LONG = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn';
const EIGHT = 'pqrstuvw';
const SEVEN = 'pqrstuv';
const FILLER = '.-'.repeat(300);

/** The texts that are hidden. */
function hidden(text: string, ...forms: readonly string[]): string[] {
  return new CutParts(forms).in(text).map(({ start, end }) => text.slice(start, end));
}

/** A line that ends with `end`. */
const lineOf = (length: number, end: string): string => FILLER.slice(0, length - end.length) + end;

const HIDDEN: Readonly<Record<string, readonly [text: string, forms: readonly string[], part: string]>> = {
  'a beginning of four characters at the beginning of the text': ['pqrs…', [SEVEN], 'pqrs'],
  'an end of four characters at the end of the text': ['…stuv', [SEVEN], 'stuv'],
  'a beginning within a word, of eight characters': ['xpqrs…', [EIGHT], 'pqrs'],
  'an end within a word, of eight characters': ['…tuvwx', [EIGHT], 'tuvw'],
  'all but the last character': [`${LONG.slice(0, -1)}…`, [LONG], LONG.slice(0, -1)],
  'all but the first character': [`…${LONG.slice(1)}`, [LONG], LONG.slice(1)],
  'a middle of 32 characters': [`…${LONG.slice(4, 36)}…`, [EIGHT, LONG], LONG.slice(4, 36)],
  'a beginning of six characters at the end of a line of 500': [lineOf(500, 'ABCDEF'), [LONG], 'ABCDEF'],
  'a beginning in front of three signs': ['pqrs"\'`…', [EIGHT], 'pqrs'],
  'an end behind three signs': ['…"\'`tuvw', [EIGHT], 'tuvw'],
  'the part of the second of two secrets that begin alike': ['pqrsXY…', [EIGHT, 'pqrsXYZA'], 'pqrsXY'],
};

for (const [what, [text, forms, part]] of Object.entries(HIDDEN))
  test(`${what} must be hidden`, () => {
    assert.deepEqual(hidden(text, ...forms), [part]);
  });

const LEFT: Readonly<Record<string, readonly [text: string, form: string]>> = {
  'a beginning of three characters': ['pqr…', EIGHT],
  'an end of three characters': ['…uvw', EIGHT],
  'a beginning within a word, of seven characters': ['xpqrs…', SEVEN],
  'an end within a word, of seven characters': ['…stuvx', SEVEN],
  'a middle of 31 characters': [`…${LONG.slice(4, 35)}…`, LONG],
  'a middle with a cut before it alone': [`…${LONG.slice(4, 37)}`, LONG],
  'a middle with a cut behind it alone': [`${LONG.slice(4, 37)}…`, LONG],
  'a whole secret between two cuts': [`…${LONG}…`, LONG],
  'a whole secret before a cut': [`${EIGHT}…`, EIGHT],
  'a beginning of five characters at the end of a line of 500': [lineOf(500, 'ABCDE'), LONG],
  'a beginning at the end of a line of 499': [lineOf(499, 'ABCDEF'), LONG],
  'an end with which an uncut text begins': ['tuvw and so on…', EIGHT],
  'a beginning with which an uncut text ends': ['…and so on pqrs', EIGHT],
  'an end in a text without a cut': ['tuvw', EIGHT],
  'a beginning with another character behind it': ['pqrsXw…', 'pqrsYpqrsXw'.padEnd(12, 'Z').slice(0, 10)],
  'a beginning that goes on as only the middle does': ['pqrsX…', 'pqrsYpqrsXZZ'],
  'an end that begins as only the middle does': ['…Xpqrs', 'ZZXpqrsYpqrs'],
  'a beginning whose sign belongs to it, with more behind it': ['pqr"sx…', 'pqr"stuvw'],
  'an end whose sign belongs to it, with more before it': ['…xr"stu', 'pqr"stu'],
};

for (const [what, [text, form]] of Object.entries(LEFT))
  test(`${what} must stay`, () => {
    assert.deepEqual(hidden(text, form), []);
  });

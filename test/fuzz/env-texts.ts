/** Random files of variables. */
import fc from 'fast-check';
import { mutate, mutations } from './byte-text.ts';

const NAMES = ['A', 'B', 'A_1', 'a.b-c[0]', 'é', '', 'export A', 'export', 'A B', 'A$', '"A"', '1'];
const VALUES = [
  '',
  'x',
  'a#b',
  'a #b',
  '#x',
  '"x"',
  "'x'",
  '"a\\"b"',
  "'a\\'b'",
  '"a\\nb"',
  'a\\nb',
  '"a\nb"',
  '$OUT',
  '${OUT}',
  '${NOPE:-x}',
  '${NOPE-x}',
  '${OUT:+y}',
  '${NOPE+y}',
  '${NOPE:?m}',
  '${A}',
  '$A',
  '$$',
  '$',
  '$1',
  '${',
  '${A:-${B}}',
  '"$OUT"',
  "'$OUT'",
  '"\\$OUT"',
  '\\$OUT',
  '"\\0101"',
  '"\\012"',
  '"\\x41"',
  '"\\\\"',
  'a b',
  ' a ',
  'a\t#b',
  'é😀',
  '"x" # c',
  '"x"y',
  "a'b'",
  '\u00a0x',
  '\ufeff',
];
const SEPARATORS = ['=', '=', '=', '=', ' = ', ':', ': ', '\t=\t', '', '=='];
const ENDS = ['\n', '\n', '\n', '\r\n', '\n\n', '', ' \n', ' # c\n'];
const PIECES = [
  '"',
  "'",
  '\\',
  '$',
  '${',
  '}',
  '#',
  ' ',
  '\n',
  '\r',
  '=',
  ':',
  'A',
  '\t',
  '\u00a0',
  '\u0085',
  '\u2028',
  '\0',
  '\v',
  '\f',
  'export ',
];

const line = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.constantFrom(...SEPARATORS),
    fc.constantFrom(...VALUES),
    fc.constantFrom(...ENDS),
  )
  .map((parts) => parts.join(''));

export const envText: fc.Arbitrary<string> = fc
  .tuple(fc.array(line, { maxLength: 6 }), mutations(fc.constantFrom(...PIECES), 3))
  .map(([lines, changes]) => mutate(lines.join(''), changes).toWellFormed());

/** Variables that are set outside of the files. */
export const OUTSIDE: Readonly<Record<string, string>> = { OUT: 'out$x' };

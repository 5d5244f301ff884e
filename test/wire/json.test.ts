/** The scan of JSON text: it accepts exactly what JSON.parse accepts, and ends where the value ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_DEPTH, skipColon, skipSpace, skipString, skipValue } from '../../src/wire/json.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** True if the whole text is one value, with white space around it or not. */
function isValue(text: string): boolean {
  const bytes = Buffer.from(text);
  const end = skipValue(bytes, skipSpace(bytes, 0));
  return end >= 0 && skipSpace(bytes, end) === bytes.length;
}

const differ = (text: string): boolean => isValue(text) !== isJson(text);

/** All texts of up to `length` of these pieces. */
function* textsOf(pieces: readonly string[], length: number): Generator<string> {
  yield '';
  if (length > 0)
    for (const text of textsOf(pieces, length - 1)) for (const piece of pieces) yield piece + text;
}

const SETS: readonly (readonly [what: string, pieces: readonly string[], length: number])[] = [
  ['structure', ['{', '}', '[', ']', ',', ':', '"a"', '1', ' '], 5],
  ['numbers', ['-', '+', '0', '7', '.', 'e', 'E', ' '], 5],
  ['strings', ['"', '\\', 'u', '00', 'aF', 'g', 'n', '/'], 5],
  ['literals', ['t', 'rue', 'f', 'alse', 'n', 'ull', 'tru', ' ', '['], 3],
];

for (const [what, pieces, length] of SETS)
  test(`every short text of ${what} must be accepted exactly if JSON.parse accepts it`, () => {
    const wrong = [...textsOf(pieces, length)].filter(differ);
    assert.deepEqual(wrong, []);
  });

test('every byte must be judged as JSON.parse judges it: alone, in a string, and after a backslash', () => {
  for (let byte = 0; byte < 128; byte++) {
    const character = String.fromCharCode(byte);
    for (const text of [
      character,
      `"${character}"`,
      `"\\${character}"`,
      `"\\u000${character}"`,
      `${character}1`,
    ])
      assert.equal(isValue(text), isJson(text), JSON.stringify(text));
  }
});

test('a value must end where it ends, whatever follows', () => {
  for (const value of ['1', '-0.5e+1', '"a"', 'true', '[1,[2]]', '{"a":{"b":[]}}', '[]', '{}'])
    for (const after of ['', ',', ' ', '}', ']', 'x', '"'])
      assert.equal(skipValue(Buffer.from(value + after), 0), value.length, value + after);
});

test('nesting must be taken up to a depth of 1000, of either kind, and no deeper', () => {
  assert.equal(MAX_DEPTH, 1_000);
  const deep = (depth: number, open: string, close: string): string =>
    open.repeat(depth) + close.repeat(depth);
  assert.ok(isValue(deep(1_000, '[', ']')));
  assert.ok(!isValue(deep(1_001, '[', ']')));
  const object = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  assert.ok(isValue(object(1_000)));
  assert.ok(!isValue(object(1_001)));
});

test('truncated text must be invalid at each place', () => {
  const text = '{"a":[1,-2.5e3,"\\u00e4\\n",true,null,{}]}';
  for (let end = 0; end < text.length; end++) assert.ok(!isValue(text.slice(0, end)), text.slice(0, end));
});

test('a string and a colon must be found at their place only', () => {
  assert.equal(skipString(Buffer.from('"a" '), 0), 3);
  assert.equal(skipString(Buffer.from(' "a"'), 0), -1);
  assert.equal(skipColon(Buffer.from(' \t: \r\n1'), 0), 6);
  assert.equal(skipColon(Buffer.from(' 1'), 0), -1);
});

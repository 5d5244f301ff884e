/** JSON text whose line breaks would end a message. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onOneLine } from '../../src/wire/one-line.ts';

test('text without line breaks must be passed on as it is, not as a copy', () => {
  const json = Buffer.from('{"a": "\\n"}');
  assert.equal(onOneLine(json), json);
});

for (const [what, text, expected] of [
  ['a line feed', '{\n"a":1}', '{ "a":1}'],
  ['a carriage return', '{\r"a":1}', '{ "a":1}'],
  ['both, several times', '{\r\n"a":\n1\r\n}', '{  "a": 1  }'],
  ['the first byte and the last', '\n{}\r', ' {} '],
  ['the first byte and the last, the other way round', '\r{}\n', ' {} '],
] as const)
  test(`line breaks must become blanks, in a copy: ${what}`, () => {
    const json = Buffer.from(text);
    assert.equal(onOneLine(json).toString(), expected);
    assert.equal(json.toString(), text);
  });

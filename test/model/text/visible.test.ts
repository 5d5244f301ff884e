/** What a terminal would act on, or nobody would see. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapedJson, harmless, isHarmful, oneLine, visible } from '../../../src/model/text/visible.ts';

for (const [what, text, shown] of [
  ['a colour', '\u001b[1;31mred\u001b[0m', 'red'],
  ['a colour by 8-bit CSI', '\u009b31mred', 'red'],
  ['a cleared screen', '\u001b[2Jgone', '\\x1b[2Jgone'],
  ['a title', '\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
  ['a link', '\u001b]8;;http://x\u001b\\here', '\\x1b]8;;http://x\\x1b\\here'],
  ['a device control string', '\u001bPq#\u001b\\', '\\x1bPq#\\x1b\\'],
  ['8-bit controls', '\u0090a\u009c\u009da\u009b2J', '\\x90a\\x9c\\x9da\\x9b2J'],
  ['a line that is overwritten', 'bad\rgood', 'bad\\rgood'],
  ['backspaces and a bell', 'a\b\u0007', 'a\\x08\\x07'],
  ['NUL and DEL', '\0\u007f', '\\x00\\x7f'],
  ['reversed text', 'a\u202eb\u2066c\u2069', 'a\\u202eb\\u2066c\\u2069'],
  ['marks of direction', '\u200e\u200f\u061c', '\\u200e\\u200f\\u061c'],
  [
    'zero-width characters',
    'a\u200bb\u200cc\u200dd\ufeff\u2060\u00ad',
    'a\\u200bb\\u200cc\\u200dd\\ufeff\\u2060\\xad',
  ],
  ['line separators', 'a\u2028b\u2029c\u0085d', 'a\\u2028b\\u2029c\\x85d'],
  ['tags', 'a\u{e0041}b', 'a\\u{e0041}b'],
  ['a filler', 'a\u3164b', 'a\\u3164b'],
  ['half a surrogate pair', 'a\ud800b', 'a\\ud800b'],
  ['a sequence inside another', '\u001b\u001b[31m[2J', '\\x1b[2J'],
] as const)
  test(`must be shown: ${what}`, () => assert.equal(visible(text), shown));

test('ordinary text must stay as it is', () => {
  const text = 'line 1\n\tline 2: ünï ✔️ 日本 \u{1f600}';
  assert.equal(visible(text), text);
  assert.equal(harmless(text), text);
});

test('CR LF must be a line end', () => assert.equal(visible('a\r\nb\r\r\n'), 'a\nb\\r\n'));

test('on one line there must be neither line ends nor tabs', () => {
  assert.equal(oneLine('a\nerror FAKE: b\tc\r'), 'a\\nerror FAKE: b\\tc\\r');
});

test('text for clients must keep the joiners that languages need, and lose what acts or reorders', () => {
  assert.equal(harmless('می\u200cخواهم \u{1f469}\u200d\u{1f4bb}'), 'می\u200cخواهم \u{1f469}\u200d\u{1f4bb}');
  assert.equal(harmless('\u001b[31ma\u001b[2J\u202e\u2028\u009b5n'), 'a\\x1b[2J\\u202e\\u2028\\x9b5n');
});

test('a name must be harmful only with characters that act, reorder or break lines', () => {
  for (const name of [
    'a\u001b[31m',
    'a\n',
    'a\rb',
    'a\tb',
    'a\u202eb',
    '\ufeffa',
    'a\0',
    'a\u009b',
    'a\u{e0061}',
  ])
    assert.ok(isHarmful(name), JSON.stringify(name));
  for (const name of ['read file', 'ünï', 'a/b', '日本']) assert.ok(!isHarmful(name), name);
});

test('escaped JSON must have no character that a terminal acts on, and the same value', () => {
  const value = { text: 'a\u001b\u009b\u202e\u2028\u200d\u{e0041}\u007f', more: ['ü', '\n'] };
  const json = escapedJson(JSON.stringify(value, null, 2));
  assert.deepEqual(JSON.parse(json), value);
  assert.equal(json, visible(json));
  assert.ok(json.includes('\\u009b\\u202e\\u2028\\u200d\\udb40\\udc41\\u007f'), json);
});

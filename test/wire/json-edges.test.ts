/** The scan of JSON text, on hand-picked texts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skipColon, skipSpace, skipString, skipValue, walkObject } from '../../src/wire/json.ts';

const endOf = (text: string, start = 0, outer = 0): number => skipValue(Buffer.from(text), start, outer);

for (const text of [
  ...['0', '-0', '7', '-12', '1.5', '-0.25', '1e9', '1E-9', '2.50e+10', '0e0', '10', '9'],
  ...['""', '"a"', '"\\u00e9"', '"\\uAFaf"', '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\u007f ü"', '"\\u0000x"'],
  ...['true', 'false', 'null'],
  ...['[]', '[ ]', '{}', '{ \n}', '[1]', '[ 1 , 2 ]', '{"a":1}', '{ "a" : 1 , "b" : [ ] }'],
  ...['[[],{}]', '{"a":{"b":[{}]}}', '[1,[2,[3]],4]', '{"a":[],"b":{}}', '[{"a":1},{"a":2}]', '\t[\r1\n]'],
])
  test(`JSON must be skipped to its end: ${JSON.stringify(text)}`, () => {
    const start = skipSpace(Buffer.from(text), 0);
    const { length } = Buffer.from(text);
    for (const after of ['', ' ', ',', ']', '}', 'x']) assert.equal(endOf(text + after, start), length);
    assert.equal(endOf(`xx${text} `, 2 + start), 2 + length);
  });

for (const text of [
  ...['', ' ', '-', '+1', '.5', '-x', '1.', '1.x', '1e', '1e+', '1ex', '-.1', 'e1', ':'],
  ...[
    '"',
    '"a',
    '"\n"',
    '"\u001f"',
    '"\\',
    '"\\x"',
    '"\\u12',
    '"\\u12g4"',
    '"\\u123"',
    '"\\uG000"',
    '"\\x12ab"',
    "'a'",
  ],
  ...['t', 'tru', 'trux', 'fals', 'nul', 'nulx', 'True'],
  ...['[', '[1', '[1,', '[,]', '[1,]', '[1 2]', '[1}', '[}', '[[]', ']', '}', '[1,,2]', '[:]'],
  ...['{', '{]', '{"a"', '{"a"}', '{"a":', '{"a":}', '{"a":1', '{"a":1,', '{"a":1,}', '{,}', '{1:2}'],
  ...[
    '{"a" 1}',
    '{"a":1 "b":2}',
    '{"a":1]',
    '{a:1}',
    '{"a":1,2}',
    '{"a"::1}',
    '{"a":1;"b":2}',
    '[1;2]',
    '[{"a":1]',
    '{"a":[1}',
  ],
])
  test(`what is no JSON must have no end: ${JSON.stringify(text)}`, () => assert.equal(endOf(text), -1));

test('what follows a number must not be taken for a part of it', () => {
  for (const [text, end] of [
    ['01', 1],
    ['-01', 2],
    ['1.5.5', 3],
    ['1e5e5', 3],
    ['1-1', 1],
    ['12a', 2],
  ] as const)
    assert.equal(endOf(text), end, text);
});

test('the objects around a value must count against the depth', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  for (const [depth, outer, isTaken] of [
    [1_000, 0, true],
    [1_001, 0, false],
    [998, 2, true],
    [999, 2, false],
    [1, 999, true],
    [1, 1_000, false],
  ] as const)
    assert.equal(endOf(nested(depth), 0, outer), isTaken ? 2 * depth : -1, `${depth} in ${outer}`);
  assert.equal(endOf('1', 0, 1_000), 1, 'a value without a level of its own');
});

test('space, strings and colons must be skipped from their places', () => {
  const at = Buffer.from(' \t\r\n x "a\\"b" : 1');
  assert.deepEqual([skipSpace(at, 0), skipSpace(at, 2), skipSpace(at, 5)], [5, 5, 5]);
  assert.equal(skipSpace(Buffer.from('\v\f\u00a0'), 0), 0);
  assert.equal(skipSpace(Buffer.from('  '), 0), 2);
  assert.deepEqual([skipString(at, 7), skipString(at, 6), skipString(at, 5)], [13, -1, -1]);
  assert.deepEqual([skipColon(at, 13), skipColon(at, 14), skipColon(at, 15)], [16, 16, -1]);
});

/** The steps that a walk takes, and its end. `stop` is returned by each step in place of the value's end. */
function walked(text: string, stop?: number): [steps: string[], end: number] {
  const bytes = Buffer.from(text);
  const steps: string[] = [];
  const end = walkObject(bytes, 0, (keyStart, keyEnd, valueStart) => {
    const valueEnd = skipValue(bytes, valueStart);
    steps.push(`${text.slice(keyStart, keyEnd)}=${text.slice(valueStart, valueEnd)}`);
    return stop ?? valueEnd;
  });
  return [steps, end];
}

test('a walk must visit each member in order, and end behind the object', () => {
  assert.deepEqual(walked('{}x'), [[], 2]);
  assert.deepEqual(walked('{ }x'), [[], 3]);
  assert.deepEqual(walked('{"a":1}x'), [['"a"=1'], 7]);
  assert.deepEqual(walked('{ "a" : 1 , "b":[2] }x'), [['"a"=1', '"b"=[2]'], 21]);
});

test('a walk must end at what is no object, and where a step says so', () => {
  for (const [text, steps] of [
    ['', 0],
    ['[]', 0],
    ['[}', 0],
    ['x"a":1}', 0],
    ['{', 0],
    ['{1:2}', 0],
    ['{"a" 1}', 0],
    ['{"a":1', 1],
    ['{"a":1]', 1],
    ['{"a":1,}', 1],
    ['{"a":1 "b":2}', 1],
    ['{"a":1;"b":2}', 1],
    ['{"a":1,"b"}', 1],
  ] as const) {
    const [visited, end] = walked(text);
    assert.deepEqual([visited.length, end], [steps, -1], text);
  }
  assert.deepEqual(walked('{"a":1,"b":2}', -1), [['"a"=1'], -1]);
});

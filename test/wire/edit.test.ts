/** Changes of members of JSON objects in bytes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonText } from '../../src/model/text/json.ts';
import { objectOf, prepended, withoutMembers } from '../../src/wire/edit.ts';

const OBJECT = jsonText('{ "a" : [1, 2] , "b":{"a":1},"c" :  null }');

test('an object that has none of the members must be passed on as it is, not as a copy', () => {
  assert.equal(withoutMembers(OBJECT, new Set()), OBJECT);
  assert.equal(withoutMembers(OBJECT, new Set(['d', '1'])), OBJECT);
});

for (const [names, expected] of [
  [['a'], '{"b":{"a":1},"c" :  null}'],
  [['b'], '{"a" : [1, 2],"c" :  null}'],
  [['c', 'd'], '{"a" : [1, 2],"b":{"a":1}}'],
  [['a', 'b', 'c'], '{}'],
] as const)
  test(`members must be taken out, and the others stay as they are written: ${names}`, () => {
    assert.equal(withoutMembers(OBJECT, new Set(names)).toString(), expected);
  });

test('an object must be made of any number of members', () => {
  const [a, b, c] = ['"a":1', '"b":2', '"c":3'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
  assert.equal(objectOf([]).toString(), '{}');
  assert.equal(objectOf([a]).toString(), '{"a":1}');
  assert.equal(objectOf([a, b, c]).toString(), '{"a":1,"b":2,"c":3}');
});

for (const [object, expected] of [
  ['{}', '{"x":1}'],
  ['{ \n}', '{"x":1}'],
  ['{"a":1}', '{"x":1,"a":1}'],
  ['{  "a":1 }', '{"x":1,"a":1 }'],
] as const)
  test(`members must be put in front of those of ${JSON.stringify(object)}`, () => {
    const pieces = prepended(Buffer.from(object), '"x":1');
    assert.equal(Buffer.concat(pieces).toString(), expected);
  });

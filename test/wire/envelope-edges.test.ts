/** Members, elements and replaced ranges of JSON in bytes, by hand-picked texts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN_METHOD_SHAPE } from '../../src/wire/doubled.ts';
import {
  doubledIn,
  eachElement,
  elements,
  isArray,
  isNull,
  isObject,
  member,
  members,
  readEnvelope,
  readObject,
  type Span,
  slice,
  splice,
  stringAt,
  whole,
  wholeMember,
} from '../../src/wire/envelope.ts';

const text = (json: string, span: Span | undefined): string | undefined =>
  span && slice(Buffer.from(json), span).toString();

/** The value of the member, found by its name. */
const found = (json: string, ...path: readonly string[]): string | undefined =>
  text(json, member(Buffer.from(json), whole(Buffer.from(json)), ...path));

test('the members of a message must be found, whatever their order and spacing', () => {
  for (const json of [
    '{"jsonrpc":"2.0","id":1,"method":"m","params":{},"result":[],"error":null}',
    ' {"error" : null , "result":[] ,"params": {},"method" :"m","id":1,"jsonrpc":"2.0" } ',
    '{"id":0,"id":1,"jsonrpc":"2.0","method":"m","params":{},"result":[],"error":null}',
  ]) {
    const envelope = readEnvelope(Buffer.from(json));
    assert.ok(envelope);
    assert.deepEqual(
      (['jsonrpc', 'id', 'method', 'params', 'result', 'error'] as const).map((name) =>
        text(json, envelope[name]),
      ),
      ['"2.0"', '1', '"m"', '{}', '[]', 'null'],
    );
  }
});

test('only one complete object must be an envelope', () => {
  for (const json of ['', ' ', '1', '[]', '{', '{"a":}', '{} x', '{}{}', 'x{}'])
    assert.equal(readEnvelope(Buffer.from(json)), undefined, json);
  assert.ok(readEnvelope(Buffer.from(' {} ')));
});

test('an object must be read from its place to its end', () => {
  const json = Buffer.from('x{"id":12}y');
  const read = readObject(json, 1);
  assert.deepEqual([read?.end, read?.envelope.id], [10, { start: 7, end: 9 }]);
  assert.equal(readObject(json, 0), undefined);
});

test('a path must lead into objects, and nowhere else', () => {
  const json = '{"a":{"b":{"c":1}},"list":[{"a":2}],"text":"a"}';
  assert.equal(found(json, 'a', 'b', 'c'), '1');
  assert.equal(found(json), json);
  for (const path of [['x'], ['a', 'c'], ['x', 'b'], ['list', 'a'], ['text', 'a'], ['a', 'b', 'c', 'd']])
    assert.equal(found(json, ...path), undefined, path.join('.'));
  assert.equal(member(Buffer.from(json), undefined, 'a'), undefined);
});

test('a key must be found as it is written or with escapes, and no other', () => {
  for (const key of ['ab', '\\u0061b', 'a\\u0062', '\\u0061\\u0062'])
    assert.equal(found(`{"${key}":1}`, 'ab'), '1');
  for (const key of ['a', 'abc', 'ba', 'AB', 'xxxxxxxxxxxx', 'xxxxxxxxxxxxx', '\\u0061\\u0062c', '\\u0061'])
    assert.equal(found(`{"${key}":1}`, 'ab'), undefined, key);
  assert.equal(found('{"":1}', ''), '1');
  assert.equal(found('{"a":1}', 'a":1'), undefined, 'a name with a quotation mark');
  assert.equal(found('{"a":x}', 'a'), undefined, 'a value that is no JSON');
});

test('a member must be known with its key, the last one of a name', () => {
  const json = Buffer.from('{"a":1, "b" : 22,"b":3}');
  assert.deepEqual(wholeMember(json, whole(json), Buffer.from('a')), {
    start: 1,
    value: { start: 5, end: 6 },
  });
  assert.deepEqual(wholeMember(json, whole(json), Buffer.from('b')), {
    start: 17,
    value: { start: 21, end: 22 },
  });
  assert.equal(wholeMember(json, whole(json), Buffer.from('c')), undefined);
  assert.deepEqual(members(json, whole(json)), [
    { name: 'a', start: 1, value: { start: 5, end: 6 } },
    { name: 'b', start: 8, value: { start: 14, end: 16 } },
    { name: 'b', start: 17, value: { start: 21, end: 22 } },
  ]);
  assert.deepEqual(members(Buffer.from('[1]'), { start: 0, end: 3 }), []);
});

test('the elements of an array must be found, up to a maximum', () => {
  const json = '[ 1 , [2,3],{"a":[4]} ,"x" ]';
  const bytes = Buffer.from(json);
  const all = ['1', '[2,3]', '{"a":[4]}', '"x"'];
  const textsOf = (spans: Iterable<Span>): (string | undefined)[] =>
    [...spans].map((span) => text(json, span));
  assert.deepEqual(textsOf(elements(bytes, whole(bytes))), all);
  assert.deepEqual(textsOf(eachElement(bytes, whole(bytes))), all);
  for (const max of [0, 1, 3, 4, 5])
    assert.deepEqual(textsOf(elements(bytes, whole(bytes), max)), all.slice(0, max));
  for (const other of ['{}', '"[]"', '1', '[]', '[ ]']) {
    const value = Buffer.from(other);
    assert.deepEqual(elements(value, whole(value)), [], other);
  }
  assert.equal([...eachElement(Buffer.from('[1,x]'), { start: 0, end: 5 })].length, 1);
  assert.equal([...eachElement(Buffer.from('[1]2'), { start: 0, end: 3 })].length, 1, 'none behind the end');
});

test('kinds of values must be known by their first byte', () => {
  const kinds = (json: string): boolean[] => {
    const bytes = Buffer.from(json);
    return [isObject(bytes, whole(bytes)), isArray(bytes, whole(bytes)), isNull(bytes, whole(bytes))];
  };
  assert.deepEqual(kinds('{}'), [true, false, false]);
  assert.deepEqual(kinds('[]'), [false, true, false]);
  assert.deepEqual(kinds('null'), [false, false, true]);
  for (const json of ['"{"', 'true', '1', 'nul', 'nulll', '1111'])
    assert.deepEqual(kinds(json), [false, false, false], json);
});

test('a string must be decoded, and no other value', () => {
  const decoded = (json: string): string | undefined => stringAt(Buffer.from(json), whole(Buffer.from(json)));
  assert.equal(decoded('"ü"'), 'ü');
  assert.equal(decoded('"\\u00fc\\n"'), 'ü\n');
  assert.equal(decoded('"\\\\"'), '\\');
  assert.equal(decoded('""'), '');
  for (const json of ['1', 'null', '{}', '[]']) assert.equal(decoded(json), undefined);
  assert.equal(stringAt(Buffer.from('""'), undefined), undefined);
  assert.equal(stringAt(Buffer.from('"a" \\'), { start: 0, end: 3 }), 'a');
});

test('ranges must be replaced in any number and order, and no other byte', () => {
  const bytes = Buffer.from('0123456789');
  const edit = (start: number, end: number, by: string) => ({ start, end, with: Buffer.from(by) });
  for (const [edits, expected] of [
    [[], '0123456789'],
    [[edit(0, 1, 'a')], 'a123456789'],
    [[edit(2, 4, 'abc')], '01abc456789'],
    [[edit(9, 10, '')], '012345678'],
    [[edit(7, 8, 'x'), edit(1, 3, 'y')], '0y3456x89'],
    [[edit(1, 3, 'y'), edit(3, 3, 'z'), edit(7, 8, 'x')], '0yz3456x89'],
  ] as const)
    assert.equal(splice(bytes, edits).toString(), expected);
  assert.equal(bytes.toString(), '0123456789');
});

test('a doubled member must be named where Hive reads it, and nowhere else', () => {
  const doubled = (json: string) => {
    const bytes = Buffer.from(json);
    const envelope = readEnvelope(bytes);
    assert.ok(envelope);
    const twice = doubledIn(bytes, envelope);
    assert.equal(twice === undefined, twice?.key === undefined);
    return twice?.key;
  };
  for (const [json, expected] of [
    ['{"method":"tools/call","params":{"name":"a"}}', undefined],
    ['{"method":"tools/call","params":{"name":"a","Name":"b"}}', '"Name"'],
    ['{"method":"example/do","params":{"name":"a","Name":"b"}}', undefined],
    ['{"method":"example/do","params":{"name":"a","Name":"b","_Meta":1}}', '"_Meta"'],
    ['{"method":"example/do","Method":"b"}', '"Method"'],
    ['{"method":7,"params":{"name":"a","Name":"b"}}', undefined],
    ['{"params":{"name":"a","Name":"b"}}', '"Name"'],
    ['{"id":1,"result":{"taskId":1,"TaskId":2}}', '"TaskId"'],
  ] as const)
    assert.equal(doubled(json), expected, json);
  const unknown = readEnvelope(Buffer.from('{"params":{"name":1,"Name":2}}'), UNKNOWN_METHOD_SHAPE);
  assert.equal(unknown?.doubled.key, undefined);
});

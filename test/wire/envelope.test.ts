import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../helpers/seed.ts';
import {
  elements,
  member,
  members,
  readEnvelope,
  type Span,
  slice,
  splice,
  stringAt,
} from '../../src/wire/envelope.ts';
import { MAX_DEPTH, skipSpace, skipValue } from '../../src/wire/json.ts';

function valid(text: Buffer): boolean {
  const end = skipValue(text, skipSpace(text, 0));
  return end >= 0 && skipSpace(text, end) === text.length;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

test('text that JSON.parse accepts must be accepted, whatever its spacing', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 6 }),
      fc.constantFrom(undefined, 1, '\t', '\r\n '),
      (value, indent) => {
        assert.equal(valid(Buffer.from(JSON.stringify(value, null, indent))), true);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a damaged text must be accepted exactly when JSON.parse accepts it', () => {
  const damage = fc.record({
    at: fc.nat(),
    remove: fc.nat(2),
    insert: fc.constantFrom(
      '',
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '0',
      '-',
      '.',
      'e',
      '\u0001',
      'é',
      '\\u12',
      'nul',
    ),
  });
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 4 }),
      fc.array(damage, { minLength: 1, maxLength: 3 }),
      (value, damages) => {
        let text = JSON.stringify(value);
        for (const { at, remove, insert } of damages) {
          const where = at % (text.length + 1);
          text = text.slice(0, where) + insert + text.slice(where + remove);
        }
        assert.equal(valid(Buffer.from(text)), parses(text), text);
      },
    ),
    { numRuns: 20000 },
  );
});

for (const text of [
  '',
  ' ',
  '01',
  '-',
  '1.',
  '.5',
  '1e',
  '1e+',
  '+1',
  '"\n"',
  '"\\x"',
  '"\\u12g4"',
  'tru',
  'truee',
  '{"a"}',
  '{"a":}',
  '{,}',
  '[1,]',
  '{"a":1,}',
  '{a:1}',
  '[1 2]',
  '[',
  '{"a":1',
  '"',
  '"\\',
  '1 2',
  'NaN',
  "{'a':1}",
]) {
  test(`not JSON, so refused: ${JSON.stringify(text)}`, () => {
    assert.equal(parses(text), false);
    assert.equal(valid(Buffer.from(text)), false);
  });
}

for (const text of [
  '-0',
  '0.10',
  '1E-7',
  '1e+9',
  '"\\u00e9\\n\\/"',
  ' [ ] ',
  '{ }',
  '[[],{}]',
  'null',
  '"\u2028"',
  '"\u007f"',
]) {
  test(`JSON, so accepted: ${text}`, () => {
    assert.equal(parses(text), true);
    assert.equal(valid(Buffer.from(text)), true);
  });
}

test('nesting must be bounded, and the bound itself pass', () => {
  const nested = (depth: number): Buffer => Buffer.from('['.repeat(depth) + ']'.repeat(depth));
  assert.equal(valid(nested(MAX_DEPTH)), true);
  assert.equal(valid(nested(MAX_DEPTH + 1)), false);
  assert.equal(valid(nested(1_000_000)), false);
});

const escaped = (key: string): string =>
  [...key].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

test('members must be found as by JSON.parse: in any order and spacing, with escaped keys, the last of duplicates', () => {
  const key = fc.constantFrom(
    'id',
    'method',
    'params',
    'result',
    'error',
    'jsonrpc',
    '',
    'ids',
    '__proto__',
    'é',
  );
  const spelled = fc
    .tuple(key, fc.boolean())
    .map(([name, isEscaped]) => `"${isEscaped ? escaped(name) : name}"`);
  const space = fc.constantFrom('', ' ', '\n', '\t \r');
  const entry = fc
    .tuple(space, spelled, space, space, fc.json({ maxDepth: 3 }), space)
    .map(([a, name, b, c, value, d]) => `${a}${name}${b}:${c}${value}${d}`);
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), space, (entries, around) => {
      const text = Buffer.from(`${around}{${entries.join(',')}}${around}`);
      const expected = JSON.parse(text.toString());
      const envelope = readEnvelope(text);
      assert.ok(envelope);
      for (const name of ['id', 'method', 'params', 'result', 'error'] as const) {
        const span: Span | undefined = envelope[name];
        assert.equal(span !== undefined, Object.hasOwn(expected, name));
        if (span) assert.deepEqual(JSON.parse(slice(text, span).toString()), expected[name]);
      }
    }),
    { numRuns: 5000 },
  );
});

test('only one complete object must be an envelope', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      assert.equal(readEnvelope(Buffer.from(text)) !== undefined, isObject(JSON.parse(text)));
    }),
  );
  assert.equal(readEnvelope(Buffer.from('{"id":1} x')), undefined);
  assert.equal(readEnvelope(Buffer.from('{"id":1}{"id":2}')), undefined);
});

test('a path must lead into objects, and nowhere else', () => {
  const text = Buffer.from(
    '{"params":{"_meta":{"progressToken":"a","progressToken":7},"name":"x","list":[{"name":1}]}}',
  );
  const params = readEnvelope(text)?.params;
  const token = member(text, params, '_meta', 'progressToken');
  assert.equal(token && slice(text, token).toString(), '7');
  assert.equal(stringAt(text, member(text, params, 'name')), 'x');
  assert.equal(member(text, params, 'list', 'name'), undefined);
  assert.equal(member(text, params, 'name', 'name'), undefined);
  assert.equal(member(text, undefined, 'name'), undefined);
});

test('arrays and objects must open into their parts, in order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue({ maxDepth: 3 })),
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })),
      (list, map) => {
        const array = Buffer.from(JSON.stringify(list, null, 1));
        const parts = elements(array, { start: 0, end: array.length });
        assert.deepEqual(
          parts.map((part) => JSON.parse(slice(array, part).toString())),
          JSON.parse(array.toString()),
        );
        const object = Buffer.from(JSON.stringify(map, null, 1));
        const read = members(object, { start: 0, end: object.length }).map(({ name, value }) => [
          name,
          JSON.parse(slice(object, value).toString()),
        ]);
        assert.deepEqual(read, Object.entries(JSON.parse(object.toString())));
      },
    ),
  );
});

test('splicing must change the named ranges and no other byte', () => {
  const text = Buffer.from('{"id":1,"params":{"t":22}}');
  const edits = [
    { start: 22, end: 24, with: Buffer.from('"é"') },
    { start: 6, end: 7, with: Buffer.from('1234') },
  ];
  assert.equal(splice(text, edits).toString(), '{"id":1234,"params":{"t":"é"}}');
  assert.equal(text.toString(), '{"id":1,"params":{"t":22}}');
});

/** Members that a message says a second time, against a model of the most lenient parsers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../helpers/seed.ts';
import { isDoubledAt } from '../../src/wire/doubled.ts';
import { doubledIn, readEnvelope } from '../../src/wire/envelope.ts';

const doubled = (text: string): string | undefined => {
  const bytes = Buffer.from(text);
  const envelope = readEnvelope(bytes);
  assert.ok(envelope, text);
  return doubledIn(bytes, envelope)?.key;
};

/** `encoding/json` of Go: a key names a field if they are equal under Unicode's simple case folding. */
const namesField = (key: string, field: string): boolean =>
  new RegExp(`^${field.replace(/[./]/g, '\\$&')}$`, 'iu').test(key);

/** The members of an object as text, in order: keys as JSON text may spell them, and values. */
type Members = [rawKey: string, value: string][];
const keyOf = (raw: string): string => JSON.parse(raw);

/** True if Go may take another member for `field` than the one that is spelled like it. */
const isAmbiguous = (members: Members, field: string): boolean => {
  const matching = members.filter(([raw]) => namesField(keyOf(raw), field)).map(([raw]) => keyOf(raw));
  return matching.length > 1 || (matching.length === 1 && matching[0] !== field);
};

const FIELDS = {
  message: ['jsonrpc', 'id', 'method', 'params', 'result', 'error'],
  params: [
    'name',
    'uri',
    'arguments',
    '_meta',
    'task',
    'taskId',
    'cursor',
    'level',
    'ref',
    'requestId',
    'requestState',
    'inputResponses',
  ],
  _meta: ['progressToken', 'io.modelcontextprotocol/protocolVersion', 'io.modelcontextprotocol/logLevel'],
  ref: ['type', 'name', 'uri'],
  result: ['resultType', 'nextCursor', 'requestState', 'structuredContent', 'taskId', '_meta'],
  error: ['code', 'message', 'data'],
};

const ALIKE: Record<string, string[]> = { k: ['K', '\u212a'], s: ['S', '\u017f'] };
const letter = (it: string): fc.Arbitrary<string> =>
  fc.constantFrom(it, it, it, it.toUpperCase(), ...(ALIKE[it.toLowerCase()] ?? []));
/** A character as it stands, or as an escape. */
const written = (it: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    ...[it, it, it, `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`],
    `\\u${it.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
const spelling = (name: string): fc.Arbitrary<string> =>
  fc.tuple(...[...name].map((it) => letter(it).chain(written))).map((letters) => `"${letters.join('')}"`);
const exactly = (name: string): fc.Arbitrary<string> => fc.constant(JSON.stringify(name));
const unrelated = fc
  .string({ unit: 'binary', maxLength: 12 })
  .map((text) => JSON.stringify(text))
  .filter(
    (raw) =>
      !Object.values(FIELDS)
        .flat()
        .some((field) => namesField(keyOf(raw), field)),
  );

/** Members, most of them spelled as they should be and said once. */
const members = (fields: readonly string[]): fc.Arbitrary<Members> => {
  const key = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...fields).chain(exactly) },
    { weight: 2, arbitrary: unrelated },
    { weight: 1, arbitrary: fc.constantFrom(...fields).chain(spelling) },
  );
  const value = fc.constantFrom('1', '"x"', 'null', '[{"Name":1,"name":2}]');
  return fc.array(fc.tuple(key, value), { maxLength: 6 });
};

const textOf = (all: Members): string => `{${all.map(([key, value]) => `${key}:${value}`).join(', ')}}`;

for (const [where, around] of [
  ['params', (inner: string) => `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${inner}}`],
  ['_meta', (inner: string) => `{"id":1,"params":{"_meta":${inner},"name":"a"},"method":"tools/call"}`],
  ['ref', (inner: string) => `{"method":"completion/complete","params":{"ref": ${inner}}}`],
  ['result', (inner: string) => `{"id":1,"result":${inner}}`],
  ['error', (inner: string) => `{"id":1,"error": ${inner} }`],
] as const)
  test(`in ${where}, a member must be refused exactly when Go may read it otherwise`, () => {
    const fields = FIELDS[where];
    fc.assert(
      fc.property(members(fields), (all) => {
        const expected = fields.some((field) => isAmbiguous(all, field));
        assert.equal(doubled(around(textOf(all))) !== undefined, expected, textOf(all));
      }),
      { numRuns: 2_000 },
    );
  });

test('in the message itself, a member must be refused exactly when Go may read it otherwise', () => {
  fc.assert(
    fc.property(members(FIELDS.message), (all) => {
      const flat: Members = all.map(([key]) => [key, '1']);
      const expected = FIELDS.message.some((field) => isAmbiguous(flat, field));
      assert.equal(doubled(textOf(flat)) !== undefined, expected, textOf(flat));
    }),
    { numRuns: 4_000 },
  );
});

test('the dotted and dotless i must count as i, as they do in Java', () => {
  for (const key of ['ur\u0131', 'ur\u0130', 'UR\\u0131', 'ta\u017f\u212a\u0131d'])
    assert.equal(
      doubled(`{"method":"resources/read","params":{"${key}":"b"}}`),
      `"${key}"`,
      `${key} is another spelling`,
    );
});

test('members of arguments and of values that Hive does not read may be named at will', () => {
  for (const text of [
    '{"method":"tools/call","params":{"name":"a","arguments":{"name":1,"Name":2,"name":3}}}',
    '{"id":1,"result":{"content":[],"structuredContent":{"Code":1,"code":2}}}',
    '{"id":1,"result":{"x":{"resultType":1,"ResultType":2}}}',
    '{"method":"tools/call","params":{"name":"a","x":[{"_meta":1,"_Meta":2}],"names":1,"NAMES":2}}',
  ])
    assert.equal(doubled(text), undefined, text);
});

test('params of an unknown method may be named at will, but for _meta', () => {
  const around = (params: string): string => `{"method":"example/do","params":{${params}}}`;
  assert.equal(doubled(around('"Name":1,"name":2,"name":3')), undefined);
  assert.equal(doubled(around('"name":1,"_Meta":{}')), '"_Meta"');
  assert.equal(doubled(around('"Name":1,"_meta":{"ProgressToken":2}')), '"ProgressToken"');
  assert.equal(doubled('{"method":"example/do","Method":"x"}'), '"Method"');
});

test('what a server asks within an answer must be said once', () => {
  const around = (inner: string): string => `{"id":1,"result":{"inputRequests":${inner}}}`;
  const roots = '{"method":"roots/list"}';
  assert.equal(doubled(around(`{"a":${roots},"A":${roots}}`)), undefined);
  assert.equal(doubled(around(`{"a":${roots},"\\u0061":${roots}}`)), '"\\u0061"');
  assert.equal(doubled(around(`{"a":{"method":"roots/list","Method":"x"}}`)), '"Method"');
  assert.equal(doubled(around(`{"a":{"method":"x","params":{"mode":"form","mode":"url"}}}`)), '"mode"');
});

test('the objects around a value must count against the depth of JSON', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  const of = (value: string): Buffer =>
    Buffer.from(`{"id":1,"method":"x","params":{"_meta":{"a":${value}}}}`);
  assert.ok(readEnvelope(of(nested(998))));
  assert.equal(readEnvelope(of(nested(999))), undefined);
});

test('an argument that a header repeats must be found at each level of its path', () => {
  const at = (text: string): boolean => isDoubledAt(Buffer.from(text), 0, ['where', 'region']);
  assert.equal(at('{"where":{"region":"eu","Regions":1},"where2":1}'), false);
  assert.equal(at('{"where":{"region":"eu","Region":"us"}}'), true);
  assert.equal(at('{"where":{"region":"eu","region":"us"}}'), true);
  assert.equal(at('{"where":{"region":"eu"},"WHERE":{"region":"us"}}'), true);
});

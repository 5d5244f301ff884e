/** Words of a command as arguments of a tool. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readWords } from '../../../src/cli/call/words.ts';

const schema = {
  type: 'object',
  properties: {
    path: { type: 'string' },
    depth: { type: ['integer', 'null'] },
    mode: { enum: [1, 2] },
    tags: { type: 'array', items: { type: 'string' } },
    sizes: { type: 'array', items: { type: 'number' } },
    filter: { type: 'object' },
    either: { anyOf: [{ type: 'string' }, { type: 'number' }] },
  },
};
const files: Record<string, string> = { 'in.json': '{"path": "from file", "depth": 1}', 'list.json': '[1]' };
const sources = { file: (path: string) => files[path] ?? '', stdin: async () => '{"path": "from stdin"}' };
const read = (...words: string[]) => readWords(words, schema, sources);

test('a value must have the type that the schema wants', async () => {
  assert.deepEqual(await read('path=7', 'depth=3', 'mode=2', 'filter={"a":1}', 'either=7', 'unknown=1'), {
    path: '7',
    depth: 3,
    mode: 2,
    filter: { a: 1 },
    either: '7',
    unknown: '1',
  });
  assert.deepEqual(await read('depth=null', 'path=a=b'), { depth: null, path: 'a=b' });
});

test('a list must be one key several times, or JSON', async () => {
  assert.deepEqual(await read('tags=a', 'tags=b', 'sizes=1'), { tags: ['a', 'b'], sizes: [1] });
  assert.deepEqual(await read('tags=["a","b"]'), { tags: ['a', 'b'] });
  assert.deepEqual(await read('path=a', 'path=b'), { path: 'b' });
});

test('objects must come from the words, a file or stdin, and later words replace their members', async () => {
  assert.deepEqual(await read('{"path": "x", "depth": 2}', 'depth=3'), { path: 'x', depth: 3 });
  assert.deepEqual(await read('@in.json', 'path=mine'), { path: 'mine', depth: 1 });
  assert.deepEqual(await read('-'), { path: 'from stdin' });
  assert.deepEqual(await read(), {});
});

for (const [word, message] of [
  ['path', /^not an argument: path$/],
  ['=x', /^not an argument/],
  ['{"path":', /^the argument is not JSON/],
  ['@list.json', /^list.json is JSON, but no object$/],
] as const)
  test(`${word} must be refused with what to write`, async () => {
    await assert.rejects(read(word), { code: 'USAGE', message, hint: /write/ });
  });

test('a value without its key must be refused with the keys that there are', async () => {
  const only = { properties: { text: { type: 'string' } } };
  await assert.rejects(readWords(['a b'], only, sources), { hint: "write 'text=a b'" });
  await assert.rejects(read('abc'), {
    hint: 'write it as KEY=VALUE, such as path=abc; keys: path, depth, mode, tags, sizes, filter, either',
  });
  await assert.rejects(readWords(['abc'], {}, sources), { hint: 'write it as KEY=VALUE' });
});

test('a type must be found behind references, in alternatives, and for arguments without a name', async () => {
  const refers = {
    properties: {
      count: { $ref: '#/$defs/Count' },
      counts: { type: 'array', items: { $ref: '#/$defs/Count' } },
      filter: { allOf: [{ $ref: '#/$defs/Filter' }] },
      mode: { $ref: '#/$defs/Mode' },
      loop: { $ref: '#/$defs/Loop' },
    },
    additionalProperties: { type: 'integer' },
    $defs: {
      Count: { type: 'integer' },
      Filter: { type: 'object' },
      Mode: { enum: ['1', '2'] },
      Loop: { anyOf: [{ $ref: '#/$defs/Loop' }, { type: 'null' }, { $ref: '#/$defs/Loop' }] },
    },
  };
  const words = ['count=1', 'counts=1', 'counts=2', 'filter={"a":1}', 'mode=1', 'loop=null', 'other=3'];
  assert.deepEqual(await readWords(words, refers, sources), {
    count: 1,
    counts: [1, 2],
    filter: { a: 1 },
    mode: '1',
    loop: null,
    other: 3,
  });
});

for (const property of [
  null,
  true,
  'text',
  [1],
  { type: 5 },
  { type: null },
  { anyOf: {} },
  { anyOf: [null] },
])
  test(`a schema that is wrong must count as none: ${JSON.stringify(property)}`, async () => {
    assert.deepEqual(await readWords(['a=1'], { properties: { a: property } }, sources), { a: '1' });
    assert.deepEqual(await readWords(['a=1'], { properties: property }, sources), { a: '1' });
  });

for (const property of [{ enum: null }, { enum: {} }, { items: null }, { $ref: 5 }, { $ref: '#/none/here' }])
  test(`a part of a schema that is wrong must count as none: ${JSON.stringify(property)}`, async () => {
    assert.deepEqual(await readWords(['a=1'], { properties: { a: property } }, sources), { a: '1' });
  });

test('an argument may have the name of what every object inherits', async () => {
  assert.deepEqual(await readWords(['constructor=1'], { properties: {} }, sources), { constructor: '1' });
});

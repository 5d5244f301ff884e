import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeCatalog } from '../../src/catalog/merge.ts';
import { catalogChange } from '../../src/catalog/store.ts';
import type { Inventory } from '../../src/model/catalog.ts';
import { inventory, named, view } from './fixtures.ts';

const tool = (parts: object) => ({ key: 't', json: JSON.stringify({ name: 't', ...parts }) });
const catalogOf = (parts: Partial<Inventory>) =>
  mergeCatalog([{ inventory: inventory('s', parts), view: view('') }]);

/** The tool as clients of each era see it. */
function seen(era: 'legacy' | 'modern', parts: object) {
  const { json, modern } = catalogOf({ era, tools: [tool(parts)] }).all.lists.tools;
  return { legacy: JSON.parse(String(json))[0], modern: JSON.parse(String(modern))[0] };
}

const wrapped = (result: unknown, more: object = {}) => ({
  ...more,
  type: 'object',
  properties: { result },
  required: ['result'],
});

const OUTPUTS: [what: string, schema: object, legacy: object][] = [
  ['an object', { type: 'object', x: 1 }, { type: 'object', x: 1 }],
  ['an array', { type: 'array', items: {} }, wrapped({ type: 'array', items: {} })],
  ['no type', { anyOf: [{ type: 'object' }] }, wrapped({ anyOf: [{ type: 'object' }] })],
  ['one of two types', { type: ['object', 'null'] }, wrapped({ type: ['object', 'null'] })],
  ['a dialect', { $schema: 'd', type: 'string' }, wrapped({ type: 'string' }, { $schema: 'd' })],
  [
    'references to itself',
    {
      type: 'array',
      items: { anyOf: [{ $ref: '#' }, { $ref: '#/$defs/a' }, { $ref: 'http://x' }] },
      $defs: { a: {} },
    },
    wrapped({
      type: 'array',
      items: {
        anyOf: [
          { $ref: '#/properties/result' },
          { $ref: '#/properties/result/$defs/a' },
          { $ref: 'http://x' },
        ],
      },
      $defs: { a: {} },
    }),
  ],
  [
    'an id',
    { $id: 'i', type: 'array', items: { $ref: '#/a' } },
    wrapped({ $id: 'i', type: 'array', items: { $ref: '#/a' } }),
  ],
];

test('legacy clients must be shown the output of modern tools as an object', () => {
  for (const [what, outputSchema, legacy] of OUTPUTS) {
    const { legacy: shown, modern } = seen('modern', { outputSchema });
    assert.deepEqual(shown.outputSchema, legacy, what);
    assert.deepEqual(modern.outputSchema, outputSchema, what);
  }
});

test('modern clients must not be shown the task members of 2025-11-25', () => {
  const { legacy, modern } = seen('legacy', {
    execution: { taskSupport: 'optional' },
    outputSchema: { type: 'array' },
  });
  assert.deepEqual(legacy, {
    name: 't',
    execution: { taskSupport: 'optional' },
    outputSchema: { type: 'array' },
  });
  assert.deepEqual(modern, { name: 't', outputSchema: { type: 'array' } });
});

test('lists without differences between the eras must share one buffer', () => {
  const { json, modern } = catalogOf({ tools: named('a', 'b') }).all.lists.tools;
  assert.equal(json, modern);
});

test('a change that only one era sees must count as a change', () => {
  const [before, after] = [{}, { taskSupport: 'required' }].map((execution) =>
    catalogOf({ tools: [tool({ execution })] }),
  );
  assert.deepEqual(catalogChange(before as never, after as never).all, ['tools']);
});

const HEADERS: [what: string, schema: object, headers: string[]][] = [
  ['none', { properties: { a: { type: 'string' } } }, []],
  ['one', { properties: { a: { type: 'string', 'x-mcp-header': 'A-b' } } }, ['mcp-param-a-b']],
  [
    'one further down',
    { properties: { o: { properties: { a: { type: 'integer', 'x-mcp-header': 'A' } } } } },
    ['mcp-param-a'],
  ],
  ['a property of that name', { properties: { 'x-mcp-header': { type: 'string' } } }, []],
  ['a value of that name', { properties: { a: { enum: [{ 'x-mcp-header': 'A' }], type: 'object' } } }, []],
  ['an empty name', { properties: { a: { type: 'string', 'x-mcp-header': '' } } }, []],
  ['no header name', { properties: { a: { type: 'string', 'x-mcp-header': 'A b' } } }, []],
  ['a number', { properties: { a: { type: 'number', 'x-mcp-header': 'A' } } }, []],
  [
    'twice',
    {
      properties: { a: { type: 'string', 'x-mcp-header': 'A' }, b: { type: 'string', 'x-mcp-header': 'a' } },
    },
    [],
  ],
  ['in an array', { properties: { a: { items: { type: 'string', 'x-mcp-header': 'A' } } } }, []],
  [
    'in a choice, beside a good one',
    {
      properties: { a: { type: 'string', 'x-mcp-header': 'A' } },
      anyOf: [{ properties: { b: { type: 'string', 'x-mcp-header': 'B' } } }],
    },
    [],
  ],
];

test('a definition that clients must reject must have no headers that repeat arguments', () => {
  for (const [what, inputSchema, headers] of HEADERS) {
    const { routes } = catalogOf({ tools: [tool({ inputSchema })] }).all.lists.tools;
    assert.deepEqual(
      (routes.get('t')?.paramHeaders ?? []).map(({ header }) => header),
      headers,
      what,
    );
  }
});

test('a tool that only a task can call must not be listed to modern clients, alone or among others', () => {
  const parts = { inputSchema: { type: 'object' } };
  const task = (taskSupport: string) => tool({ ...parts, execution: { taskSupport } });
  const { json, modern } = catalogOf({ tools: [task('required')] }).all.lists.tools;
  assert.equal(JSON.parse(String(json)).length, 1);
  assert.equal(String(modern), '[]');
  const tools = [...named('a'), { ...task('required') }, ...named('b')];
  const { lists } = mergeCatalog([
    { inventory: inventory('s', { tools }), view: view('s') },
    { inventory: inventory('z', { tools: [task('required')] }), view: view('z') },
    { inventory: inventory('zz', { tools: named('c') }), view: view('zz') },
  ]).all;
  const names = (list: Buffer) => JSON.parse(String(list)).map(({ name }: { name: string }) => name);
  assert.deepEqual(names(lists.tools.json), ['s_a', 's_t', 's_b', 'z_t', 'zz_c']);
  assert.deepEqual(names(lists.tools.modern), ['s_a', 's_b', 'zz_c']);
});

test('capabilities that clients cannot read must not be declared to them', () => {
  const capabilities = {
    experimental: { good: { x: 1 }, bad: 5 },
    extensions: { 'io.modelcontextprotocol/tasks': 'junk', 'x/y': {} },
    other: null,
    tasks: [],
  };
  const legacy = catalogOf({ capabilities }).all.more.legacy;
  assert.deepEqual(legacy, { experimental: { good: { x: 1 } }, extensions: { 'x/y': {} } });
  const one = { inventory: inventory('a', { era: 'modern', capabilities }), view: view('a') };
  const other = { inventory: inventory('b', { era: 'modern' }), view: view('b') };
  assert.deepEqual(mergeCatalog([one, other]).all.more.modern, {});
});

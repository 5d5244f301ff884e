/** `tool_list`: which tools there are, whose they are, and what they cost a model. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeCatalog } from '../../../src/catalog/merge.ts';
import { inventory, view } from '../../catalog/fixtures.ts';
import { CALLER, run, server } from './harness.ts';

const tool = (key: string, more: object = {}) => ({
  key,
  json: JSON.stringify({ name: key, inputSchema: { type: 'object' }, ...more }),
});
const catalog = mergeCatalog([
  { inventory: inventory('web', { tools: [tool('get')] }), view: view('web') },
  {
    inventory: inventory('db', {
      tools: [
        tool('query', { description: 'Runs a query.\nkey-1', annotations: { readOnlyHint: true } }),
        tool('drop', { annotations: { readOnlyHint: false } }),
      ],
    }),
    view: view('db'),
  },
]);
const given = { catalog, servers: [server('db'), server('web')] };
const names = ({ tools }: { tools: { name: string }[] }): string[] => tools.map((it) => it.name);

test('tool_list must name every tool as clients call it, by server, with its size', async () => {
  const { output, text } = await run(given, 'tool_list');
  assert.deepEqual(names(output), ['db_drop', 'db_query', 'web_get']);
  const [drop, query, get] = output.tools;
  assert.deepEqual(
    [query.server, query.own, query.readOnly, query.destructive],
    ['db', 'query', true, false],
  );
  assert.deepEqual([drop.readOnly, drop.destructive], [false, true]);
  assert.deepEqual([get.readOnly, get.destructive, get.inputSchema], [false, false, undefined]);
  assert.equal(get.bytes, '{"name":"web_get","inputSchema":{"type":"object"}}'.length);
  assert.equal(get.tokens, Math.ceil(get.bytes / 4));
  assert.equal(output.bytes, drop.bytes + query.bytes + get.bytes);
  assert.equal(text.split('\n')[2], 'db_query: Runs a query.');
});

test('tool_list must count what its limit leaves out', async () => {
  const all = await run(given, 'tool_list');
  const { output, text } = await run(given, 'tool_list', { limit: 1 });
  assert.deepEqual([output.total, output.bytes, output.tools.length], [3, all.output.bytes, 1]);
  assert.match(text, /^3 tools, about \d+ tokens \(the first 1 are listed\)/);
});

test('tool_list must find the tools of one server, and one tool by either of its names', async () => {
  assert.deepEqual(names((await run(given, 'tool_list', { server: 'web' })).output), ['web_get']);
  for (const name of ['db_query', 'query']) {
    const { output } = await run(given, 'tool_list', { tool: name, schema: true });
    assert.deepEqual(names(output), ['db_query']);
    assert.deepEqual(output.tools[0].inputSchema, { type: 'object' });
  }
  await assert.rejects(run(given, 'tool_list', { server: 'wbe' }), { code: 'SERVER_UNKNOWN' });
});

test('tool_list must show neither secrets nor servers outside the view of its caller', async () => {
  const { output } = await run(
    { ...given, secrets: () => ['key-1'], sees: (_, name) => name === 'db' },
    'tool_list',
  );
  assert.deepEqual(names(output), ['db_drop', 'db_query']);
  assert.doesNotMatch(JSON.stringify(output), /key-1/);
});

/** The schema of a tool as tool_list shows it, where `hunter2hunter2` is a secret. */
async function schemaShown(inputSchema: object): Promise<unknown> {
  const leaky = mergeCatalog([
    { inventory: inventory('db', { tools: [tool('get', { inputSchema })] }), view: view('db') },
  ]);
  const secrets = (): readonly string[] => ['hunter2hunter2'];
  const { output } = await run({ catalog: leaky, servers: [server('db')], secrets }, 'tool_list', {
    schema: true,
  });
  return output.tools[0].inputSchema;
}

test('tool_list must show no secret in the words of a schema, and leave what checks arguments', async () => {
  const inputSchema = {
    type: 'object',
    description: 'hunter2hunter2',
    properties: {
      key: {
        type: 'string',
        default: 'hunter2hunter2',
        examples: ['hunter2hunter2'],
        pattern: 'token=.{3,}',
      },
      list: { type: 'array', items: { anyOf: [{ title: 'hunter2hunter2' }, { const: 1, default: null }] } },
    },
  };
  const hidden = JSON.stringify(inputSchema).replaceAll('hunter2hunter2', '[redacted]');
  assert.deepEqual(await schemaShown(inputSchema), JSON.parse(hidden));
});

test('tool_list must show no secret in the names of a schema, and let none refuse right arguments', async () => {
  const secret = 'hunter2hunter2';
  const inner = { type: 'object', properties: { a: { enum: [1, secret] }, b: { const: { [secret]: 1 } } } };
  const shown = await schemaShown({
    type: 'object',
    properties: { [`of-${secret}`]: inner, title: { type: 'string', title: secret } },
    required: [`of-${secret}`],
    additionalProperties: false,
    dependentRequired: { title: [`of-${secret}`], a: ['title'] },
    $defs: { [secret]: { required: ['title'], additionalProperties: false } },
    examples: [{ [secret]: true }],
    [secret]: 1,
    'x-preset': [secret],
    not: { $ref: `#/$defs/${secret}` },
  });
  assert.deepEqual(shown, {
    type: 'object',
    properties: {
      'of-[redacted]': { type: 'object', properties: { a: {}, b: {} } },
      title: { type: 'string', title: '[redacted]' },
    },
    dependentRequired: { a: ['title'] },
    $defs: { '[redacted]': { required: ['title'], additionalProperties: false } },
    examples: [{ '[redacted]': true }],
    '[redacted]': 1,
    'x-preset': ['[redacted]'],
    not: { $ref: '#/$defs/[redacted]' },
  });
});

const VIEWS = [
  { viewName: 'two', servers: ['web', 'db'], tools: {}, limit: 2 },
  { viewName: 'db', servers: ['db'], tools: { deny: ['db_drop'] } },
];

test('tool_list must name what a view shows, in its order, and what its limit leaves out', async () => {
  const { output } = await run({ ...given, views: VIEWS }, 'tool_list', { view: 'two' });
  assert.deepEqual([names(output), output.leftOut], [['web_get', 'db_query'], ['db_drop']]);
  await assert.rejects(run({ ...given, views: VIEWS }, 'tool_list', { view: 'tow' }), {
    code: 'USAGE',
    hint: 'views of the config: two, db',
  });
});

test('a client that sees a view must hear of no other tools, whichever it asks for', async () => {
  for (const input of [{}, { view: 'two' }]) {
    const { output } = await run({ ...given, views: VIEWS }, 'tool_list', input, {
      ...CALLER,
      profile: 'db',
    });
    assert.deepEqual([names(output), output.leftOut], [['db_query'], undefined]);
  }
});

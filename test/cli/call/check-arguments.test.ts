/** Schemas of servers by which `hive call` checks arguments: any of them may be made to stop it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkArguments } from '../../../src/cli/call/check-arguments.ts';

const LIMIT_MS = 50;
/** Takes longer than anybody waits for a text of its letters that ends otherwise. */
const SLOW = '^(a+)+$';
const TEXT = `${'a'.repeat(60)}!`;

/** Each reference doubles the work of the one before. */
const doubled = {
  $ref: '#/$defs/d40',
  $defs: Object.fromEntries(
    Array.from({ length: 41 }, (_, index) => {
      const next = { $ref: `#/$defs/d${index - 1}` };
      return [`d${index}`, index === 0 ? { type: 'string' } : { anyOf: [next, next] }];
    }),
  ),
};

for (const [what, inputSchema] of Object.entries({
  'a pattern': { properties: { it: { pattern: SLOW } } },
  'a pattern of names': { propertyNames: { pattern: SLOW } },
  'a pattern for names of properties': { patternProperties: { [SLOW]: {} } },
  'a pattern behind a reference': {
    properties: { it: { $ref: '#/$defs/slow' } },
    $defs: { slow: { pattern: SLOW } },
  },
  'a pattern of an older dialect': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    properties: { it: { pattern: SLOW } },
  },
  'references that double': doubled,
}))
  test(`a schema that takes for ever must be given up: ${what}`, async () => {
    const args = { it: TEXT, [TEXT]: 1 };
    assert.equal(await checkArguments({ name: 'slow', inputSchema }, args, LIMIT_MS), false);
  });

test('a schema that takes for ever must be given up after 1 s', async () => {
  const tool = { name: 'slow', inputSchema: { properties: { it: { pattern: SLOW } } } };
  assert.equal(await checkArguments(tool, { it: TEXT }), false);
});

test('arguments must be checked within the limit', async () => {
  const tool = {
    name: 'pair',
    inputSchema: { required: ['pair'], properties: { pair: { pattern: '^a+$' } } },
  };
  assert.equal(await checkArguments(tool, { pair: 'aa' }), true);
  await assert.rejects(checkArguments(tool, {}), {
    code: 'USAGE',
    message: /`pair` is missing/,
    hint: 'see its arguments: npx hive tools pair --schema',
  });
});

for (const inputSchema of [
  { type: 'nothing' },
  { $ref: 'https://elsewhere.example/schema' },
  { pattern: '(' },
])
  test(`a schema that cannot be read is the server's to check: ${JSON.stringify(inputSchema)}`, async () => {
    assert.equal(await checkArguments({ name: 'odd', inputSchema }, {}), true);
  });

test('an asynchronous schema must be checked at once, and leave no error behind', async () => {
  const tool = { name: 'later', inputSchema: { $async: true, required: ['it'] } };
  await assert.rejects(checkArguments(tool, {}), { code: 'USAGE', message: /`it` is missing/ });
});

test('a format that the checker does not know must be left to the server, and nothing printed of it', async (t) => {
  const warn = t.mock.method(console, 'warn', () => {});
  for (const $schema of [undefined, 'http://json-schema.org/draft-07/schema#']) {
    const inputSchema = { $schema, properties: { at: { type: 'string', format: 'uri' } } };
    assert.equal(await checkArguments({ name: 'open', inputSchema }, { at: 'x' }), true);
  }
  assert.equal(warn.mock.callCount(), 0);
});

/** The schema that a first config names must be one that editors find. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isPassing, schemaReference, shippedSchema } from '../../../src/cli/init/schema-path.ts';

test('the schema of the package must be found from any depth of its code, and nowhere else', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'hive-schema-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'dist/chunks'), { recursive: true });
  assert.equal(shippedSchema(join(root, 'dist')), undefined);
  mkdirSync(join(root, 'schemas'));
  const path = join(root, 'schemas/stack.schema.json');
  writeFileSync(path, '{}');
  assert.equal(shippedSchema(join(root, 'dist')), path);
  assert.equal(shippedSchema(join(root, 'dist/chunks')), path);
});

test('a schema within the folder must be named relative to it, any other by its whole path', () => {
  for (const [schema, reference] of [
    ['/p/node_modules/hive-mcp/schemas/s.json', './node_modules/hive-mcp/schemas/s.json'],
    ['/usr/lib/node_modules/hive-mcp/schemas/s.json', '/usr/lib/node_modules/hive-mcp/schemas/s.json'],
    // Editors end the path at a space.
    ['/Users/me/My Tools/s.json', 'file:///Users/me/My%20Tools/s.json'],
    ['/p/a b/s.json', 'file:///p/a%20b/s.json'],
  ] as const)
    assert.equal(schemaReference(schema, '/p'), reference);
});

test('a package in the cache of npx must count as one that does not stay', () => {
  assert.equal(isPassing('/home/me/.npm/_npx/1f/node_modules/hive-mcp/schemas/s.json'), true);
  assert.equal(isPassing('C:\\npm-cache\\_npx\\1f\\node_modules\\hive-mcp\\schemas\\s.json'), true);
  assert.equal(isPassing('/usr/lib/node_modules/hive-mcp/schemas/s.json'), false);
});

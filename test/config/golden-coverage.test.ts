/** Golden cases cover every key of the schema. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { z } from 'zod';
import { stackSchema } from '../../src/config/schema/stack.ts';
import { alternatives, itemOf, shapeOf } from '../../src/config/schema/walk.ts';
import { parseSource } from '../../src/config/source/source.ts';

const GOLDEN = join(import.meta.dirname, '../golden');

test('every config key must occur in a golden case that compiles', () => {
  const seen = new Set<string>();
  for (const file of globSync('*/**/*.{yaml,json}', { cwd: GOLDEN })) {
    const path = join(GOLDEN, file);
    const compiles = existsSync(join(GOLDEN, file.split('/')[0] ?? '', 'docker-compose.mcp.yml'));
    if (compiles) collectUsed(parseSource(path, readFileSync(path, 'utf8')).data, stackSchema, '', seen);
  }
  const missing = [...knownKeys(stackSchema, '')].filter((key) => !seen.has(key));
  assert.deepEqual(missing, []);
});

/** Counts `servers` and `mcpServers` as one key; each kind of server counts by itself. */
function pathOf(schema: z.ZodType, path: string): string {
  return path.replace('.mcpServers', '.servers') + (schema.meta()?.id ? `(${schema.meta()?.id})` : '');
}

function* knownKeys(schema: z.ZodType, path: string): Generator<string> {
  for (const one of alternatives(schema)) {
    const at = pathOf(one, path);
    for (const [key, inner] of Object.entries(shapeOf(one))) {
      yield `${at}.${key}`;
      yield* knownKeys(inner, `${at}.${key}`);
    }
    const item = itemOf(one);
    if (item) yield* knownKeys(item, `${at}.*`);
  }
}

function collectUsed(data: unknown, schema: z.ZodType, path: string, seen: Set<string>): void {
  if (typeof data !== 'object' || data === null) return;
  const fitting = alternatives(schema).filter((one) => one.safeParse(data).success);
  for (const one of fitting)
    for (const [key, value] of Object.entries(data)) collectKey(one, key, value, pathOf(one, path), seen);
}

function collectKey(schema: z.ZodType, key: string, value: unknown, path: string, seen: Set<string>): void {
  const known = shapeOf(schema)[key];
  const inner = known ?? itemOf(schema);
  const at = `${path}.${known ? key : '*'}`;
  if (known) seen.add(at);
  if (inner) collectUsed(value, inner, at, seen);
}

test('a golden case must have exactly one outcome', () => {
  for (const file of globSync('*/stack.{yaml,json}', { cwd: GOLDEN })) {
    const folder = join(GOLDEN, dirname(file));
    const outcomes = ['docker-compose.mcp.yml', 'error.txt'].filter((name) => existsSync(join(folder, name)));
    assert.equal(outcomes.length, 1, folder);
  }
});

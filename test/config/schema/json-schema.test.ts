import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { renderSchema } from '../../../src/config/schema/json-schema.ts';

const FILE = join(import.meta.dirname, '../../../schemas/stack.schema.json');
const schema = JSON.parse(renderSchema());
const validate = new Ajv({ strict: true, strictTypes: false, allErrors: true }).compile(schema);

test('the committed schema must be up to date (npm run schema writes it)', () => {
  assert.equal(readFileSync(FILE, 'utf8'), renderSchema());
});

test('every property at any depth must have a description', () => {
  const bare = [...properties(schema, '')]
    .filter(([, property]) => !hasDescription(property))
    .map(([path]) => path);
  assert.deepEqual(bare, []);
});

type Json = Record<string, unknown>;

function* properties(node: unknown, path: string): Generator<[string, Json]> {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, inner] of Object.entries(node)) {
    if (key === 'properties')
      for (const [name, property] of Object.entries(inner as Json))
        yield [`${path}.${name}`, property as Json];
    yield* properties(inner, `${path}.${key}`);
  }
}

function hasDescription({ description }: Json): boolean {
  return typeof description === 'string' && description.length > 20;
}

const EXAMPLE = `
name: hive
gateway: { host: 127.0.0.1, port: 8001 }
defaults: { container: { cpus: 1, memory: 512m, pids: 256, network: isolated } }
servers:
  basic_memory:
    type: container
    transport: stdio
    dockerfile: ../dockerfiles/basic-memory.Dockerfile
    command: mcp
    env: { FASTMCP_NO_BANNER: "1" }
    volumes: ["basic-memory:/data"]
  context7:
    type: container
    transport: stdio
    dockerfile: ../dockerfiles/context7.Dockerfile
  everything:
    type: native
    command: npx -y @modelcontextprotocol/server-everything stdio
  search:
    type: container
    image: ghcr.io/example/search:1.2
    transport: http
    port: 3000
    path: /mcp
  docs:
    type: remote
    url: https://mcp.example.com/mcp
    headers: { Authorization: "Bearer \${DOCS_TOKEN}" }
`;

test('editors must accept the example in the documentation', () => {
  assert.ok(validate(parse(EXAMPLE)), JSON.stringify(validate.errors));
});

test('editors must accept entries as IDEs write them', () => {
  const mcpServers = {
    a: { command: 'npx', args: ['-y', 'x'], env: { A: '1' } },
    b: { type: 'http', url: 'https://x/mcp', headers: { 'X-Key': 'y' } },
  };
  assert.ok(validate({ mcpServers }), JSON.stringify(validate.errors));
});

for (const [what, stack] of [
  ['an unknown key', { servers: { a: { image: 'x', imag: 'y' } } }],
  ['a wrong type', { gateway: { port: 'high' } }],
  ['an unknown word', { servers: { a: { image: 'x', link: 'tube' } } }],
] as const) {
  test(`editors underline ${what}`, () => assert.equal(validate(stack), false));
}

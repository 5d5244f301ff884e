/** An edge in front of one legacy server that has something of everything, for what modern clients ask of it. */
import type { TestContext } from 'node:test';
import type { Definition } from '../../../src/model/catalog.ts';
import { located, named } from '../../catalog/fixtures.ts';
import { type Harness, source, startEdge } from '../harness.ts';

const SQL: Definition = {
  key: 'sql',
  json: JSON.stringify({
    name: 'sql',
    inputSchema: {
      type: 'object',
      properties: {
        region: { type: 'string', 'x-mcp-header': 'Region' },
        count: { type: 'integer', 'x-mcp-header': 'Count' },
        deep: { type: 'object', properties: { dry: { type: 'boolean', 'x-mcp-header': 'Dry' } } },
      },
    },
  }),
};
export const OLD: Definition = {
  key: 'old',
  json: '{"name":"old","execution":{"taskSupport":"optional"},"inputSchema":{"type":"object"},"x":1.0}',
};
export const parts = {
  capabilities: { resources: { subscribe: true }, prompts: {}, completions: {}, logging: {} },
  tools: [...named('echo', 'näme'), SQL, OLD],
  resources: located('test://r'),
  prompts: [{ key: 'p', json: '{"name":"p"}' }],
  instructions: 'Be kind.',
};
export const edge = (t: TestContext, more = {}): Promise<Harness> =>
  startEdge(t, { sources: [source('s', parts, '')], ...more });
export const INFO = '"io.modelcontextprotocol/serverInfo":{"name":"hive","title":"Hive","version":"0.1.0"}';
export const errorOf = (text: string) => JSON.parse(text).error;
export const BASE64 = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`;

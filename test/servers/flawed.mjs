// Lists definitions that official clients refuse, with all that is in the same list, each with another flaw.
import { serve } from './serve.mjs';

const takes = { inputSchema: { type: 'object' } };
const tools = [
  { name: 'good', ...takes },
  { name: 'b.dotted/name', ...takes },
  { name: 'no-schema' },
  { name: 'empty-schema', inputSchema: {} },
  { name: 'any-of', inputSchema: { anyOf: [{ type: 'object' }] } },
  { name: 'null-properties', inputSchema: { type: 'object', properties: null } },
  { name: 'nulls', description: null, annotations: null, title: null, icons: null, ...takes },
  { name: 'list-output', ...takes, outputSchema: { type: 'array' } },
  { name: 'lost-reference', ...takes, outputSchema: { type: 'object', not: { $ref: '#/$defs/none' } } },
  { name: 'half-a-character', description: 'cut \ud83d', ...takes },
  { name: 'takes-a-list', inputSchema: { type: 'array' } },
];
serve({
  initialize: () => ({
    protocolVersion: '2025-06-18',
    capabilities: { tools: {}, resources: {}, prompts: {} },
    serverInfo: { name: 'flawed', version: '1' },
  }),
  'tools/list': () => ({ tools }),
  'tools/call': ({ name }) => ({ content: [{ type: 'text', text: name }] }),
  'resources/list': () => ({ resources: [{ uri: 'flawed://nameless' }, { uri: 'no scheme', name: 'x' }] }),
  'resources/templates/list': () => ({ resourceTemplates: [{ uriTemplate: 'flawed://{x}', name: null }] }),
  'prompts/list': () => ({ prompts: [{ name: 'p', arguments: [{ name: 'a', required: null }] }] }),
});

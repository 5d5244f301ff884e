/** A server with the number of tools given by its argument, which answer immediately. */
const count = Number(process.argv[2]);
const inputSchema = {
  type: 'object',
  properties: { path: { type: 'string', description: 'where' }, size: { type: 'integer', minimum: 0 } },
  required: ['path'],
};
const tools = Array.from({ length: count }, (_, index) => ({
  name: `tool_${index}`,
  description: `tool number ${index}, described in a sentence as long as those of real servers are`,
  inputSchema,
}));

const results = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'tools', version: '1' },
  }),
  'tools/list': () => ({ tools }),
  'tools/call': () => ({ content: [{ type: 'text', text: 'done' }] }),
};

let rest = '';
process.stdin.setEncoding('utf8').on('data', (text) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) continue;
    const result = results[method]?.(params ?? {}) ?? {};
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
  }
});

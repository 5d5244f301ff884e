/**
 * Base of the test servers in this folder: a minimal MCP server over stdio or HTTP, without dependencies, so that it also runs in
 * containers. It is well-behaved; each file beside it adds one fault.
 */

export const write = (text) => process.stdout.write(text);
export const send = (message) => write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
export const result = (id, value) => send({ id, result: value });
export const notify = (method, params) => send({ method, params });
export const text = (value) => ({ content: [{ type: 'text', text: value }] });

const TOOLS = [{ name: 'echo', description: 'gives its arguments back', inputSchema: { type: 'object' } }];

/** Methods by name, each `(params, message) => result`, or undefined for no answer. */
export const methods = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: { listChanged: true } },
    serverInfo: { name: 'test', version: '1' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: TOOLS }),
  'tools/call': (params) => ({ content: [], structuredContent: params.arguments ?? {} }),
  echo: (params) => params,
};

/** Answer to one message; `undefined` for none. The client's own answers go to `table.answered`. */
export async function answer(message, table = methods) {
  if (message.method === undefined) return void table.answered?.(message);
  if (message.id === undefined) return void (await table[message.method]?.(message.params ?? {}, message));
  const method = table[message.method];
  if (!method)
    return { id: message.id, error: { code: -32601, message: `Method not found: ${message.method}` } };
  const value = await method(message.params ?? {}, message);
  return value === undefined ? undefined : { id: message.id, result: value };
}

/** Serves stdin until it ends; `reply` writes each answer. */
export function serve(own = {}, reply = send) {
  const table = { ...methods, ...own };
  let rest = [];
  process.stdin.on('data', (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      rest.push(chunk.subarray(start, end));
      const line = Buffer.concat(rest).toString();
      rest = [];
      start = end + 1;
      if (line) void answer(JSON.parse(line), table).then((message) => message && reply(message));
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  });
}

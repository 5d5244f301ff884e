// An HTTP server that exits when a tool is called with `code`, and otherwise answers after `ms`. Argument: port.
import { createServer } from 'node:http';
import { answer, methods } from './serve.mjs';

const own = {
  'tools/call': async ({ arguments: { code, ms = 0 } = {} }) => {
    if (code !== undefined) {
      console.error('fatal: out of luck');
      process.exit(code);
    }
    await new Promise((resolve) => setTimeout(resolve, ms));
    return { content: [{ type: 'text', text: 'late' }] };
  },
};

createServer(async (request, response) => {
  if (request.method !== 'POST') return response.writeHead(405).end();
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const reply = await answer(JSON.parse(Buffer.concat(chunks)), { ...methods, ...own });
  if (!reply) return response.writeHead(202).end();
  response.writeHead(200, { 'content-type': 'application/json' });
  return response.end(JSON.stringify({ jsonrpc: '2.0', ...reply }));
}).listen(Number(process.argv[2]), '0.0.0.0');

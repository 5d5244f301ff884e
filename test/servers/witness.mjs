// Returns its arguments, and the first `who` it ever received. Over stdio, or over HTTP if given a port.
import { createServer } from 'node:http';
import { answer, methods, serve } from './serve.mjs';

let first;
const own = {
  'tools/call': async ({ arguments: { ms = 0, ...told } = {} }) => {
    first ??= told.who;
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    return { content: [], structuredContent: { ...told, first } };
  },
};

const port = Number(process.argv[2]);
if (port) createServer(respond).listen(port, '0.0.0.0');
else serve(own);

async function respond(request, response) {
  if (request.method !== 'POST') return response.writeHead(405).end();
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const reply = await answer(JSON.parse(Buffer.concat(chunks)), { ...methods, ...own });
  if (!reply) return response.writeHead(202).end();
  response.writeHead(200, { 'content-type': 'application/json' });
  return response.end(JSON.stringify({ jsonrpc: '2.0', ...reply }));
}

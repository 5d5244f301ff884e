// HTTP with SSE as of 2024-11-05: GET opens a stream that announces the endpoint for POST. Argument: that endpoint. Prints its URL.
import { createServer } from 'node:http';
import { answer, methods, text } from './serve.mjs';

const [endpoint = '/messages?session=1'] = process.argv.slice(2);
let stream;
const say = (data) =>
  stream.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...data })}\n\n`);
const table = {
  ...methods,
  initialize: () => ({
    protocolVersion: '2024-11-05',
    capabilities: { tools: {} },
    serverInfo: { name: 'sse' },
  }),
  'tools/call': async ({ arguments: { end, ask } = {} }) => {
    if (ask) say({ id: 'q', method: 'ping' });
    if (!end) return text('over SSE');
    stream.end();
    return undefined;
  },
};

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (request.method === 'GET' && pathname === '/sse') {
    stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
    return stream.write(`event: endpoint\ndata: ${endpoint}\n\n`);
  }
  if (request.method !== 'POST' || pathname !== '/messages') return response.writeHead(405).end();
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  response.writeHead(202).end('Accepted');
  const reply = await answer(JSON.parse(Buffer.concat(chunks)), table);
  return reply && say(reply);
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/sse`));

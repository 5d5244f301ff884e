// A streamable HTTP server with sessions; `?sse` answers as event streams, `?early` ends them early, `?lost` loses their connections, `?cut` ends them without event ids; `?deaf` has no GET stream and answers 404; `?forgets=503` answers that to sessions that it has lost, `?forgets=says` an error of JSON-RPC; `forget: "all"` makes it answer that to everything. Arguments: port, host. Prints its port.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { mirrored } from './mirror.mjs';
import { answer, methods } from './serve.mjs';

const sessions = new Map();
const seen = [];
/** Calls that were really executed. */
const marks = [];
const held = [];
let isBroken = false;
const body = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
};
const table = {
  ...methods,
  'tools/call': async ({ arguments: { notify, forget, slow, mark, hold, release } = {} }, { session }) => {
    if (mark !== undefined) marks.push(mark);
    if (release) for (const go of held.splice(0)) go();
    if (hold) await new Promise((resolve) => held.push(resolve));
    if (notify)
      session.stream?.write(`id: n1\ndata: ${JSON.stringify({ jsonrpc: '2.0', method: notify })}\n\n`);
    if (forget) sessions.clear();
    isBroken ||= forget === 'all';
    const structuredContent = { seen, marks, held: held.length, sessions: sessions.size };
    return slow ? new Promise(() => {}) : { content: [], structuredContent };
  },
};

async function respond(request, url) {
  const text = await body(request);
  const parts = mirrored(text);
  if (parts) return Buffer.concat(parts);
  const message = JSON.parse(text);
  if (message.method === 'notifications/cancelled') seen.push(message.params);
  const session = sessions.get(request.headers['mcp-session-id']);
  const reply = await answer({ ...message, session }, table);
  const indent = url.searchParams.has('pretty') ? 2 : 0;
  return reply && Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...reply }, null, indent));
}

async function refuse(request, response, url) {
  const how = url.searchParams.get('forgets') ?? '404';
  if (how !== 'says') return response.writeHead(Number(how)).end('out of order');
  const { id } = JSON.parse(await body(request));
  const error = { code: -32001, message: 'Session not found' };
  const text = JSON.stringify({ jsonrpc: '2.0', id, error });
  return response.writeHead(id ? 200 : 202, { 'content-type': 'application/json' }).end(text);
}

async function post(request, response, url) {
  const id = request.headers['mcp-session-id'];
  if (isBroken || (id && !sessions.has(id))) return refuse(request, response, url);
  response.on('close', () => response.writableEnded || seen.push('aborted'));
  const text = await respond(request, url);
  const opened = id ?? randomUUID();
  if (!id) sessions.set(opened, {});
  response.setHeader('mcp-session-id', opened);
  if (!text) return response.writeHead(202).end();
  if (!url.searchParams.has('sse'))
    return response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(': hello\r\n\r\nevent: message\r\ndata: {"no":"message"}\r\n\r\n');
  if (url.searchParams.has('cut')) return response.end();
  if (url.searchParams.has('lost') && id) {
    sessions.get(opened).rest = text;
    return response.write('id: e1\nretry: 10\ndata:\n\n', () => response.destroy());
  }
  if (!url.searchParams.has('early') || !id)
    return response.end(Buffer.concat([Buffer.from('data: '), text, Buffer.from('\n\n')]));
  sessions.get(opened).rest = text;
  return response.end('id: e1\nretry: 10\ndata:\n\n');
}

function get(request, response, url) {
  if (url.searchParams.has('deaf')) return response.writeHead(404).end();
  const session = sessions.get(request.headers['mcp-session-id']);
  if (!session) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (request.headers['last-event-id'] === 'e1') return response.end(`data: ${session.rest}\n\n`);
  session.stream = response;
  return response.write(': open\n\n');
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  seen.push([request.method, request.headers['mcp-protocol-version'], request.headers.authorization]);
  if (url.pathname === '/locked') return response.writeHead(401).end('who are you?');
  if (request.method === 'POST') return post(request, response, url);
  if (request.method === 'GET') return get(request, response, url);
  console.log(`deleted ${sessions.delete(request.headers['mcp-session-id'])}`);
  return response.writeHead(200).end();
});
server.listen(Number(process.argv[2] ?? 0), process.argv[3] ?? '127.0.0.1', () =>
  console.log(server.address().port),
);

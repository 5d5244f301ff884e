// A streamable HTTP server that changes its protocol version while running: POST /become with the name of a mode. Prints its port.

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const VERSION = '2026-07-28';
const sessions = new Set();
let mode = process.argv[2] ?? 'modern';

const answer = (response, status, message, headers = {}) =>
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify({ jsonrpc: '2.0', ...message }));
const refuse = (response, status, id, code, message, data) =>
  answer(response, status, { id: id ?? null, error: { code, message, data } });
const tools = (name) => ({ tools: [{ name, inputSchema: { type: 'object' } }] });
const said = (name) => ({ content: [{ type: 'text', text: name }] });

function modern(response, { id, method }) {
  const results = {
    'server/discover': { supportedVersions: [VERSION], capabilities: { tools: {} } },
    'tools/list': tools('new'),
    'tools/call': said('modern'),
  };
  const result = results[method];
  if (result) return answer(response, 200, { id, result: { resultType: 'complete', ...result } });
  return refuse(response, 404, id, -32601, 'Method not found');
}

function legacy(response, { id, method }) {
  if (id === undefined) return response.writeHead(202).end();
  const results = {
    initialize: {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'changing' },
    },
    'tools/list': tools('old'),
    'tools/call': said('legacy'),
    ping: {},
  };
  const headers = {};
  if (method === 'initialize' && mode === 'legacy') {
    headers['mcp-session-id'] = randomUUID();
    sessions.add(headers['mcp-session-id']);
  }
  const result = results[method];
  if (result) return answer(response, 200, { id, result }, headers);
  return refuse(response, 200, id, -32601, 'Method not found');
}

const modes = {
  /** Does not support `initialize`. */
  modern(response, message, { 'mcp-protocol-version': version }) {
    if (version === VERSION) return modern(response, message);
    const data = { supported: [VERSION], requested: version };
    return refuse(response, 400, message.id, -32022, 'Unsupported protocol version', data);
  },
  /** Supports both eras. */
  dual: (response, message, { 'mcp-protocol-version': version }) =>
    version === VERSION ? modern(response, message) : legacy(response, message),
  /** With sessions, as in the examples of the SDK's first line. */
  legacy(response, message, { 'mcp-session-id': session }) {
    if (message.method === 'initialize' || sessions.has(session)) return legacy(response, message);
    return refuse(response, 400, undefined, -32000, 'Bad Request: No valid session ID provided');
  },
  /** Without sessions. */
  stateless(response, message, { 'mcp-protocol-version': version }) {
    if (version !== VERSION) return legacy(response, message);
    return refuse(response, 400, undefined, -32000, 'Bad Request: Unsupported protocol version');
  },
  /** Loses every session, and reports that as the specification demands. */
  forgetful(response, message, headers) {
    if (headers['mcp-session-id']) return response.writeHead(404).end();
    return modes.dual(response, message, headers);
  },
};

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  if (request.url === '/become') {
    mode = text;
    sessions.clear();
    return response.end();
  }
  if (request.method !== 'POST') return response.writeHead(405).end();
  return modes[mode](response, JSON.parse(text), request.headers);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));

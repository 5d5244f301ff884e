// One of everything: tools that answer, report progress, fail, refuse and wait; a resource, a template, a prompt, completions.
// `full.mjs NAME` speaks stdio, `full.mjs NAME PORT` HTTP on all addresses. Its URIs contain NAME, so several can be used together.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { methods, text, write } from './serve.mjs';

const [name = 'full', port] = process.argv.slice(2);

const waiting = new Map();
const cancelled = new Map();

/** Resolves when a call was cancelled with that reason; over HTTP the cancellation may arrive after later messages. */
function cancellation(reason) {
  if (!cancelled.has(reason)) cancelled.set(reason, Promise.withResolvers());
  return cancelled.get(reason);
}

const tool = (toolName) => ({ name: toolName, inputSchema: { type: 'object' } });
const failed = (code, message, data) => ({ failed: { code, message, data } });

const TOOLS = {
  echo: (args) => ({ content: [], structuredContent: args }),
  raw: (_args, _params, _notify, _id, sent) => ({ raw: /"arguments":(\{.*"end":0\})/s.exec(sent)[1] }),
  fail: () => ({ ...text('it did not work'), isError: true }),
  refuse: () => failed(-32042, 'own words', { kept: 1.5 }),
  'when-cancelled': ({ reason }) => cancellation(reason).promise.then(() => text(reason)),
  count: async ({ steps = 3 }, { _meta }, notify) => {
    for (let progress = 1; progress <= steps; progress++)
      notify('notifications/progress', { progressToken: _meta?.progressToken, progress, total: steps });
    return text('counted');
  },
  wait: (_args, { _meta }, notify, id) => {
    const { progressToken } = _meta ?? {};
    if (progressToken !== undefined) notify('notifications/progress', { progressToken, progress: 1 });
    notify('notifications/message', { level: 'info', data: 'waiting' });
    return new Promise((resolve) => waiting.set(id, resolve));
  },
};

/** Every method as `(params, notify, id, sent) => result`; `sent` is the text of the message. */
const TABLE = {
  ...methods,
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {}, resources: {}, prompts: {}, completions: {}, logging: {} },
    serverInfo: { name, version: '1' },
  }),
  'logging/setLevel': () => ({}),
  'tools/list': () => ({ tools: Object.keys(TOOLS).map(tool) }),
  'tools/call': (params, notify, id, sent) =>
    TOOLS[params.name](params.arguments ?? {}, params, notify, id, sent),
  'resources/list': () => ({ resources: [{ uri: `${name}://note`, name: 'note' }] }),
  'resources/templates/list': () => ({
    resourceTemplates: [{ uriTemplate: `${name}://item/{id}`, name: 'item' }],
  }),
  'resources/read': ({ uri }) => ({ contents: [{ uri, text: `content of ${uri}` }] }),
  'prompts/list': () => ({ prompts: [{ name: 'greet', arguments: [{ name: 'who' }] }] }),
  'prompts/get': ({ arguments: { who } = {} }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Hello ${who}` } }],
  }),
  'completion/complete': ({ argument: { value } }) => ({ completion: { values: [`${value}-done`] } }),
  'notifications/cancelled': ({ requestId, reason }) => {
    cancellation(reason).resolve();
    waiting.get(requestId)?.(undefined);
  },
};

const line = (message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;

/** Text of the answer to the text of a message; undefined if it gets none. */
async function respond(sent, notify) {
  const { id, method, params = {} } = JSON.parse(sent);
  if (id === undefined) return void TABLE[method]?.(params, notify);
  if (method === undefined) return undefined;
  if (!TABLE[method]) return line({ id, error: { code: -32601, message: `Method not found: ${method}` } });
  const value = await TABLE[method](params, notify, id, sent);
  if (value === undefined) return undefined;
  if (value.raw) return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${value.raw}}\n`;
  return line(value.failed ? { id, error: value.failed } : { id, result: value });
}

function serveStdio() {
  const notify = (method, params) => write(line({ method, params }));
  const handle = (sent) => void respond(sent, notify).then((answer) => answer && write(answer));
  createInterface({ input: process.stdin }).on('line', (sent) => sent && handle(sent));
}

async function post(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const event = (message) => response.write(`data: ${message}\n`);
  const sent = Buffer.concat(chunks).toString();
  response.setHeader('mcp-session-id', request.headers['mcp-session-id'] ?? randomUUID());
  if (JSON.parse(sent).id === undefined) {
    await respond(sent, () => {});
    return response.writeHead(202).end();
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const answer = await respond(sent, (method, params) => event(line({ method, params })));
  return response.end(answer && `data: ${answer}\n`);
}

function serveHttp() {
  const server = createServer((request, response) => {
    if (request.method === 'POST') return post(request, response);
    return response.writeHead(request.method === 'DELETE' ? 200 : 405).end();
  });
  server.listen(Number(port));
}

if (port) serveHttp();
else serveStdio();

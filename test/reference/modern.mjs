/**
 * Reference server of the modern era (2026-07-28) on the SDK's second line: `node modern.mjs` speaks stdio, `node modern.mjs --http PORT`
 * streamable HTTP and prints its URL. `--only` refuses the legacy era. It has everything that the conformance suite needs, and uses nothing of Hive.
 */
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import {
  createMcpHandler,
  createRequestStateCodec,
  inputRequired,
  McpServer,
  ProtocolError,
} from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { FIXED, FORMS, PROMPTS, prompt, RESOURCES, read, TEMPLATES, TOOLS, text } from './content.mjs';
import { askWithin, ROUNDS, roundsPrompt } from './rounds.mjs';

const CAPABILITIES = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  logging: {},
  completions: {},
};
const PAUSE_MS = 50;

const plain = (name) => ({ name, description: `Conformance: ${name}`, inputSchema: { type: 'object' } });
const MODERN_TOOLS = [
  ...[...Object.keys(ROUNDS), 'test_streaming_elicitation', 'test_logging_tool'].map(plain),
  ...['test_trigger_tool_change', 'test_trigger_prompt_change', 'test_reconnection'].map(plain),
  {
    ...plain('test_x_mcp_header'),
    inputSchema: {
      type: 'object',
      properties: { region: { type: 'string', 'x-mcp-header': 'Region' }, level: { type: 'integer' } },
    },
  },
  {
    ...plain('test_structured_array'),
    outputSchema: { type: 'array', items: { type: 'integer' } },
  },
];

const codec = createRequestStateCodec({ key: crypto.getRandomValues(new Uint8Array(32)) });
/** Entries that the trigger tools add to the lists and remove again. */
const extra = { tools: [], prompts: [] };
/** Notifies subscribers of a change through the transport in use. */
let tell;

function toggle(kind, entry) {
  extra[kind] = extra[kind].length > 0 ? [] : [entry];
  tell[kind]();
  return `${kind} changed`;
}

async function log(ctx) {
  for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
    await ctx.mcpReq.log('info', data);
    await delay(PAUSE_MS);
  }
  return 'Logged.';
}

async function progress(ctx) {
  const { progressToken } = ctx.mcpReq._meta ?? {};
  for (const done of [0, 50, 100]) {
    const params = { progressToken, progress: done, total: 100 };
    if (progressToken !== undefined) await ctx.mcpReq.notify({ method: 'notifications/progress', params });
    await delay(PAUSE_MS);
  }
  return String(progressToken ?? 'Progressed.');
}

function sample({ prompt: asked = '' }, ctx) {
  const messages = [{ role: 'user', content: text(asked) }];
  const answer = askWithin(ctx, inputRequired.createMessage({ messages, maxTokens: 100 }));
  return 'resultType' in answer ? answer : `LLM response: ${answer.content.text}`;
}

function ask(name, { message = 'Please fill in' }, ctx) {
  const answer = askWithin(ctx, inputRequired.elicit({ message, requestedSchema: FORMS[name] }));
  if ('resultType' in answer) return answer;
  const said = `action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`;
  return name === 'test_elicitation' ? `User response: ${said}` : `Elicitation completed: ${said}`;
}

function roots(_args, ctx) {
  const answer = askWithin(ctx, inputRequired.listRoots());
  return 'resultType' in answer ? answer : JSON.stringify(answer);
}

function update({ uri = 'test://watched-resource' }) {
  tell.updated(uri);
  return 'Updated.';
}

const SPECIAL = {
  test_sampling: sample,
  test_roots: roots,
  test_tool_with_logging: (_args, ctx) => log(ctx),
  test_logging_tool: (_args, ctx) => log(ctx),
  test_tool_with_progress: (_args, ctx) => progress(ctx),
  test_update_resource: update,
  test_trigger_tool_change: () => toggle('tools', plain('test_appearing')),
  test_trigger_prompt_change: () => toggle('prompts', { name: 'test_appearing', description: 'Appears' }),
  test_streaming_elicitation: () => 'Nothing but a result.',
  test_reconnection: () => 'Reconnected.',
  test_appearing: () => 'Here.',
  test_x_mcp_header: ({ region = '<none>' }) => `region=${region}`,
  json_schema_2020_12_tool: (args) => JSON.stringify(args),
};

async function call({ name, arguments: args = {} }, ctx) {
  if (name === 'test_error_handling') throw new Error('This tool intentionally returns an error for testing');
  if (FORMS[name]) return ask(name, args, ctx);
  if (ROUNDS[name]) return ROUNDS[name](ctx, codec);
  if (!SPECIAL[name]) throw new ProtocolError(-32602, `Unknown tool: ${name}`);
  return SPECIAL[name](args, ctx);
}

async function callTool({ params }, ctx) {
  if (FIXED[params.name]) return { content: FIXED[params.name] };
  if (params.name === 'test_structured_array')
    return { content: [text('[1,2,3]')], structuredContent: [1, 2, 3] };
  try {
    const said = await call(params, ctx);
    return typeof said === 'string' ? { content: [text(said)] } : said;
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    return { isError: true, content: [text(error.message)] };
  }
}

function makeServer() {
  const requestState = { verify: codec.verify };
  const whole = new McpServer(
    { name: 'reference-modern', version: '1.0.0' },
    { capabilities: CAPABILITIES, requestState },
  );
  const { server } = whole;
  const tools = () => [...TOOLS, ...MODERN_TOOLS, ...extra.tools];
  // The SDK compares the Mcp-Param-* headers with this schema.
  whole.toolInputSchemaJson = (wanted) => tools().find(({ name }) => name === wanted)?.inputSchema;
  server.setRequestHandler('tools/list', () => ({ tools: tools() }));
  server.setRequestHandler('tools/call', callTool);
  server.setRequestHandler('resources/list', () => ({ resources: RESOURCES }));
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: TEMPLATES }));
  server.setRequestHandler('resources/read', ({ params: { uri } }) => {
    const contents = read(uri);
    if (!contents) throw new ProtocolError(-32602, 'Resource not found', { uri });
    return { contents: [contents] };
  });
  server.setRequestHandler('resources/subscribe', () => ({}));
  server.setRequestHandler('resources/unsubscribe', () => ({}));
  const asking = { name: 'test_input_required_result_prompt', description: 'Asks before it is rendered' };
  server.setRequestHandler('prompts/list', () => ({ prompts: [...PROMPTS, asking, ...extra.prompts] }));
  server.setRequestHandler('prompts/get', ({ params }, ctx) => {
    if (params.name === asking.name) return roundsPrompt(ctx);
    const messages = prompt(params.name, params.arguments);
    if (!messages) throw new ProtocolError(-32602, `Unknown prompt: ${params.name}`);
    return { messages };
  });
  server.setRequestHandler('completion/complete', ({ params: { argument } }) => {
    const values = ['paris', 'park', 'party'].filter((it) => it.startsWith(argument.value));
    return { completion: { values, total: values.length, hasMore: false } };
  });
  return whole;
}

function speakStdio(legacy) {
  let live;
  const notify = (method, params) => void live?.notification({ method, params }).catch(() => {});
  tell = {
    tools: () => notify('notifications/tools/list_changed'),
    prompts: () => notify('notifications/prompts/list_changed'),
    updated: (uri) => notify('notifications/resources/updated', { uri }),
  };
  const factory = () => {
    const whole = makeServer();
    live = whole.server;
    return whole;
  };
  serveStdio(factory, { legacy: legacy ? 'serve' : 'reject' });
}

const HOSTS = new Set(['127.0.0.1', 'localhost', '[::1]']);
const isLocal = (url) => !url || HOSTS.has(new URL(url).hostname);

function speakHttp(port, legacy) {
  const handler = createMcpHandler(makeServer, { legacy: legacy ? 'stateless' : 'reject' });
  tell = {
    tools: () => handler.notify.toolsChanged(),
    prompts: () => handler.notify.promptsChanged(),
    updated: (uri) => handler.notify.resourceUpdated(uri),
  };
  const http = createServer(async (request, response) => {
    const { host, origin } = request.headers;
    if (!isLocal(`http://${host}`) || !isLocal(origin)) return response.writeHead(403).end();
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const { status, headers, body } = await handler.fetch(asWeb(request, gone.signal));
    response.writeHead(status, Object.fromEntries(headers));
    response.flushHeaders();
    if (!body) return response.end();
    Readable.fromWeb(body)
      .on('error', () => response.destroy())
      .pipe(response);
  });
  http.listen(port, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${http.address().port}/mcp\n`));
}

function asWeb(request, signal) {
  const { method, url, headers } = request;
  const hasBody = method !== 'GET' && method !== 'HEAD' && method !== 'DELETE';
  const body = hasBody ? { body: Readable.toWeb(request), duplex: 'half' } : {};
  return new Request(`http://${headers.host}${url}`, { method, headers, signal, ...body });
}

const words = process.argv.slice(2);
const legacy = !words.includes('--only');
const at = words.indexOf('--http');
if (at >= 0) speakHttp(Number(words[at + 1] ?? 0), legacy);
else speakStdio(legacy);

/**
 * Reference server of the legacy era on the SDK most servers use: `node legacy.mjs` speaks stdio, `node legacy.mjs --http PORT` streamable HTTP
 * with sessions and prints its URL. It has everything that the conformance suite needs, and uses nothing of Hive.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  CreateMessageResultSchema,
  ElicitResultSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListRootsResultSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { FIXED, FORMS, PROMPTS, prompt, RESOURCES, read, TEMPLATES, TOOLS, text } from './content.mjs';

const CAPABILITIES = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  logging: {},
  completions: {},
};
const PAUSE_MS = 50;

const plain = (name) => ({ name, description: `Conformance: ${name}`, inputSchema: { type: 'object' } });
/** Tools that only the suite of the modern era checks, but that work here as well. */
const MORE_TOOLS = [
  ...['test_logging_tool', 'test_streaming_elicitation'].map(plain),
  ...['test_trigger_tool_change', 'test_trigger_prompt_change'].map(plain),
  {
    ...plain('test_x_mcp_header'),
    inputSchema: { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } },
  },
];

/** Entries that the trigger tools add to the lists and remove again, for all sessions, which are notified. */
const extra = { tools: [], prompts: [] };
/** Server and subscribed URIs of each session. */
const sessions = new Map();

async function toggle(kind, entry, tell) {
  extra[kind] = extra[kind].length > 0 ? [] : [entry];
  await Promise.all([...sessions.keys()].map(tell));
  return `${kind} changed`;
}

async function update({ uri = 'test://watched-resource' }) {
  const following = [...sessions].filter(([, uris]) => [...uris].some((it) => uri.startsWith(it)));
  await Promise.all(following.map(([server]) => server.sendResourceUpdated({ uri })));
  return 'Updated.';
}

function makeServer() {
  const server = new Server({ name: 'reference-legacy', version: '1.0.0' }, { capabilities: CAPABILITIES });
  const subscribed = new Set();
  sessions.set(server, subscribed);
  server.onclose = () => sessions.delete(server);

  async function log(extra) {
    for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await extra.sendNotification({ method: 'notifications/message', params: { level: 'info', data } });
      await delay(PAUSE_MS);
    }
    return 'Logged.';
  }

  async function progress(extra) {
    const { progressToken } = extra._meta ?? {};
    for (const done of [0, 50, 100]) {
      const params = { progressToken, progress: done, total: 100 };
      if (progressToken !== undefined)
        await extra.sendNotification({ method: 'notifications/progress', params });
      await delay(PAUSE_MS);
    }
    return 'Progressed.';
  }

  async function sample({ prompt: asked }, extra) {
    const messages = [{ role: 'user', content: text(asked) }];
    const request = { method: 'sampling/createMessage', params: { messages, maxTokens: 100 } };
    const { content } = await extra.sendRequest(request, CreateMessageResultSchema);
    return `LLM response: ${content.text}`;
  }

  async function ask(name, { message = 'Please fill in' }, extra) {
    const params = { message, requestedSchema: FORMS[name] };
    const answer = await extra.sendRequest({ method: 'elicitation/create', params }, ElicitResultSchema);
    const said = `action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`;
    return name === 'test_elicitation' ? `User response: ${said}` : `Elicitation completed: ${said}`;
  }

  const roots = async (_args, extra) =>
    JSON.stringify(await extra.sendRequest({ method: 'roots/list' }, ListRootsResultSchema));

  const tools = {
    test_sampling: sample,
    test_roots: roots,
    test_tool_with_logging: (_args, extra) => log(extra),
    test_tool_with_progress: (_args, extra) => progress(extra),
    test_update_resource: update,
    test_logging_tool: (_args, extra) => log(extra),
    test_streaming_elicitation: (args, extra) => ask('test_elicitation', args, extra),
    test_trigger_tool_change: () => toggle('tools', plain('test_extra'), (it) => it.sendToolListChanged()),
    test_trigger_prompt_change: () =>
      toggle('prompts', { name: 'test_extra_prompt', description: 'One more' }, (it) =>
        it.sendPromptListChanged(),
      ),
    test_x_mcp_header: async (args) => JSON.stringify(args),
    json_schema_2020_12_tool: async (args) => JSON.stringify(args),
    test_error_handling: async () => {
      throw new Error('This tool intentionally returns an error for testing');
    },
  };

  async function call({ name, arguments: args = {} }, extra) {
    if (FORMS[name]) return ask(name, args, extra);
    if (!tools[name]) throw new McpError(-32602, `Unknown tool: ${name}`);
    return tools[name](args, extra);
  }

  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: [...TOOLS, ...MORE_TOOLS, ...extra.tools],
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    if (FIXED[params.name]) return { content: FIXED[params.name] };
    try {
      return { content: [text(await call(params, extra))] };
    } catch (error) {
      if (error.code === -32602) throw error;
      return { isError: true, content: [text(error.message)] };
    }
  });
  server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: RESOURCES }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: TEMPLATES }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params: { uri } }) => {
    const contents = read(uri);
    if (!contents) throw new McpError(-32002, 'Resource not found', { uri });
    return { contents: [contents] };
  });
  server.setRequestHandler(SubscribeRequestSchema, ({ params: { uri } }) => {
    subscribed.add(uri);
    return {};
  });
  server.setRequestHandler(UnsubscribeRequestSchema, ({ params: { uri } }) => {
    subscribed.delete(uri);
    return {};
  });
  server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: [...PROMPTS, ...extra.prompts] }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) => {
    const messages = prompt(params.name, params.arguments);
    if (!messages) throw new McpError(-32602, `Unknown prompt: ${params.name}`);
    return { messages };
  });
  server.setRequestHandler(CompleteRequestSchema, ({ params: { argument } }) => {
    const values = ['paris', 'park', 'party'].filter((it) => it.startsWith(argument.value));
    return { completion: { values, total: values.length, hasMore: false } };
  });
  return server;
}

/** One server per session, as the transport requires. */
function serveHttp(port) {
  const transports = new Map();
  const open = async () => {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      enableDnsRebindingProtection: true,
      allowedHosts: allowed,
      allowedOrigins: allowed.map((host) => `http://${host}`),
      onsessioninitialized: (id) => transports.set(id, transport),
      onsessionclosed: (id) => transports.delete(id),
    });
    await makeServer().connect(transport);
    return transport;
  };
  const allowed = [];
  const http = createServer(async (request, response) => {
    const id = request.headers['mcp-session-id'];
    const transport = id === undefined ? await open() : transports.get(id);
    if (transport) return transport.handleRequest(request, response);
    const error = { jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found' } };
    response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify(error));
  });
  http.listen(port, '127.0.0.1', () => {
    const { port: real } = http.address();
    allowed.push(`127.0.0.1:${real}`, `localhost:${real}`);
    process.stdout.write(`http://127.0.0.1:${real}/mcp\n`);
  });
}

const [mode, port = '0'] = process.argv.slice(2);
if (mode === '--http') serveHttp(Number(port));
else await makeServer().connect(new StdioServerTransport());

/**
 * The server of chaos runs. Its results say who called it, how often, and what became of a call. On request it reports progress,
 * asks its client, runs a task, announces a changed resource, waits for a cancellation, or floods its output.
 * Arguments: a number is a port for HTTP on all addresses; `modern` selects the era. Others are ignored.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { answer, methods, send, serve, write } from './serve.mjs';

const words = process.argv.slice(2);
const port = words.map(Number).find(Boolean);
const isModern = words.includes('modern');
const instance = randomUUID();
const complete = (value) => (isModern ? { resultType: 'complete', ...value } : value);
const fail = (code, message) => ({ failed: { code, message } });

const EXTENSION = 'io.modelcontextprotocol/tasks';
const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';
const LONGEST_WAIT_MS = 20_000;

let first;
let questions = 0;
/** Ids of calls by the id of their request. */
const running = new Map();
const cancelled = new Set();
/** How often each call has arrived. The second half of a call, with answers to questions, does not count. */
const arrivals = new Map();
const asked = new Map();
const tasks = new Map();
/** Followed URIs, by the id of the modern subscription; undefined for the legacy ones. */
const followed = new Map([[undefined, new Set()]]);

/** `out` sends a message ahead of the answer. */
async function call({ arguments: told = {}, _meta = {}, task, inputResponses }, message, out) {
  first ??= told.who;
  running.set(message.id, told.id);
  if (!inputResponses) arrivals.set(told.id, (arrivals.get(told.id) ?? 0) + 1);
  if (told.flood) flood(told.flood);
  if (told.touch) touch(told.touch);
  if (task || (isModern && told.task)) return begin(told);
  await work(told, _meta.progressToken, out);
  const reply = told.ask ? await ask(told, inputResponses, out) : undefined;
  running.delete(message.id);
  if (reply?.failed || reply?.resultType) return reply;
  return cancelled.has(told.id) ? undefined : complete(resultOf(told, reply));
}

const resultOf = (told, reply) => ({
  content: [],
  structuredContent: {
    ...told,
    first,
    reply,
    instance,
    arrivals: arrivals.get(told.id) ?? 0,
    seen: told.seen && cancelled.has(told.seen),
  },
});

async function work({ who, id, ms = 0, steps = 0, hold }, progressToken, out) {
  for (let progress = 1; progress <= steps; progress++) {
    const params = { progressToken, progress, total: steps, message: `${who} ${id} ${instance}` };
    out({ method: 'notifications/progress', params });
    if (ms > 0) await delay(ms / steps);
  }
  if (steps === 0 && ms > 0) await delay(ms);
  for (let left = hold ? LONGEST_WAIT_MS : 0; left > 0 && !cancelled.has(id); left -= 50) await delay(50);
}

const question = ({ who, id, ask: kind }) =>
  kind === 'sampling'
    ? {
        method: 'sampling/createMessage',
        params: {
          messages: [{ role: 'user', content: { type: 'text', text: `${who} ${id}` } }],
          maxTokens: 1,
        },
      }
    : {
        method: 'elicitation/create',
        params: {
          message: `${who} ${id}`,
          requestedSchema: { type: 'object', properties: { answer: { type: 'string' } } },
        },
      };
const replyIn = ({ content = {} }) => content.answer ?? content.text;

/** What the client has answered, or what this call is answered instead. */
async function ask(told, inputResponses, out) {
  if (isModern && inputResponses) return replyIn(inputResponses.question ?? {});
  if (isModern)
    return {
      resultType: 'input_required',
      inputRequests: { question: question(told) },
      requestState: told.id,
    };
  const id = ++questions;
  const { promise, resolve } = Promise.withResolvers();
  asked.set(id, resolve);
  out({ id, ...question(told) });
  const { result, error } = await promise;
  return error ? fail(error.code, `the question failed: ${error.message}`) : replyIn(result);
}

function begin(told) {
  const taskId = randomUUID();
  const isOver = () => Date.now() - at >= (told.ms ?? 0);
  const at = Date.now();
  const state = () => ({
    taskId,
    status: isOver() ? 'completed' : 'working',
    createdAt: new Date(at).toISOString(),
    lastUpdatedAt: new Date().toISOString(),
    ...(isModern ? { ttlMs: 60_000, pollIntervalMs: 50 } : { ttl: 60_000, pollInterval: 50 }),
    ...(isModern && isOver() ? { result: resultOf(told) } : {}),
  });
  tasks.set(taskId, { state, result: () => resultOf(told) });
  return isModern ? { resultType: 'task', ...state() } : { task: state() };
}

const withTask = (taskId, use) =>
  tasks.has(taskId) ? complete(use(tasks.get(taskId))) : fail(-32602, `Task not found: ${taskId}`);

function touch(uri) {
  for (const [id, uris] of followed)
    if (uris.has(uri)) {
      const _meta = id === undefined ? {} : { [SUBSCRIPTION]: id };
      send({ method: 'notifications/resources/updated', params: { _meta, uri } });
    }
}

/** Lines on stderr, and on stdout if that carries the messages: notifications, and lines that are none. */
function flood(lines) {
  process.stderr.write(`${'x'.repeat(80)}\n`.repeat(lines));
  if (port) return;
  write('this is no message\n'.repeat(lines));
  for (let left = lines / 10; left > 0; left--)
    send({ method: 'notifications/message', params: { level: 'debug', data: left } });
}

const HELLO = isModern
  ? {
      'server/discover': () =>
        complete({
          supportedVersions: ['2026-07-28'],
          capabilities: { tools: {}, resources: { subscribe: true }, extensions: { [EXTENSION]: {} } },
        }),
      initialize: () => fail(-32022, 'Unsupported protocol version'),
      'subscriptions/listen': ({ notifications }, { id }) => {
        followed.set(id, new Set(notifications.resourceSubscriptions));
        const params = { _meta: { [SUBSCRIPTION]: id }, notifications };
        send({ method: 'notifications/subscriptions/acknowledged', params });
      },
    }
  : {
      initialize: ({ protocolVersion }) => ({
        protocolVersion,
        capabilities: {
          tools: {},
          logging: {},
          resources: { subscribe: true },
          tasks: { cancel: {}, requests: { tools: { call: {} } } },
        },
        serverInfo: { name: 'witness', version: '1' },
      }),
    };

const table = (out) => ({
  ...methods,
  ...HELLO,
  'tools/list': () => complete({ tools: [ECHO] }),
  'tools/call': (params, message) => call(params, message, out),
  'tasks/get': ({ taskId }) => withTask(taskId, ({ state }) => state()),
  'tasks/result': ({ taskId }) => withTask(taskId, ({ result }) => result()),
  'logging/setLevel': () => ({}),
  'resources/list': () => complete({ resources: [] }),
  'resources/templates/list': () => complete({ resourceTemplates: port ? [] : [TEMPLATE] }),
  'resources/subscribe': ({ uri }) => {
    followed.get(undefined).add(uri);
    return {};
  },
  'resources/unsubscribe': ({ uri }) => {
    followed.get(undefined).delete(uri);
    return {};
  },
  'notifications/cancelled': ({ requestId }) => {
    followed.delete(requestId);
    cancelled.add(running.get(requestId));
    running.delete(requestId);
  },
  answered: (message) => asked.get(message.id)?.(message),
});
const ECHO = {
  name: 'echo',
  inputSchema: { type: 'object' },
  ...(isModern ? {} : { execution: { taskSupport: 'optional' } }),
};
/** The server's name in the stack is its last argument. */
const TEMPLATE = { uriTemplate: `watch://${words.at(-1)}/{who}`, name: 'watched' };

const unfailed = ({ result, ...rest }) =>
  result?.failed ? { ...rest, error: result.failed } : { ...rest, result };

async function respond(request, response) {
  if (request.method !== 'POST') return response.writeHead(405).end();
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const message = JSON.parse(Buffer.concat(chunks));
  const event = (it) => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', ...it })}\n\n`);
  };
  const reply = await answer(message, table(event));
  if (!reply) return response.headersSent ? response.end() : response.writeHead(202).end();
  const body = unfailed(reply);
  if (response.headersSent) {
    event(body);
    return response.end();
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  return response.end(JSON.stringify({ jsonrpc: '2.0', ...body }));
}

if (port) createServer(respond).listen(port, '0.0.0.0');
else serve(table(send), (message) => send(unfailed(message)));

// A server of the era named by its argument, `legacy` or `modern`; its tools show what reaches it. Its lists have several pages.
import { notify, send, serve } from './serve.mjs';

const isModern = process.argv[2] === 'modern';
const VERSION = '2026-07-28';
const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';
const complete = (value) => (isModern ? { resultType: 'complete', ...value } : value);
const refuse = (code, message, data) => ({ failed: { code, message, data } });
const unknown = (method) => refuse(-32601, `Method not found: ${method}`);

/** Two entries per page; the first cursor is the empty string. */
const pages =
  (member, all) =>
  ({ cursor }) => {
    const from = cursor === undefined ? 0 : cursor === '' ? 2 : Number(cursor);
    const next = from === 0 ? '' : from + 2 < all.length ? String(from + 2) : undefined;
    const list = all.slice(from, from + 2);
    return complete({ [member]: list, ...(next === undefined ? {} : { nextCursor: next }) });
  };
const six = (make) => [0, 1, 2, 3, 4, 5].map(make);

const waiting = new Set();
const cancelled = [];
let heard = Promise.withResolvers();

const TOOLS = {
  /** Returns what arrived. */
  params: (params) => ({ content: [], structuredContent: params }),
  /** Reports its start, and never ends. */
  wait: ({ _meta: { progressToken } = {} }, { id }) => {
    waiting.add(id);
    if (progressToken !== undefined) notify('notifications/progress', { progressToken, progress: 1 });
  },
  /** Waits for a cancellation, then returns whether its call was in flight, and the reason. */
  cancelled: async () => {
    await heard.promise;
    heard = Promise.withResolvers();
    return { content: [], structuredContent: { cancelled: cancelled.splice(0) } };
  },
  refuse: ({ arguments: { code, data } }) => refuse(code, 'own words', data),
  /** Sends progress, the result, and late progress. */
  talkative: ({ _meta: { progressToken } = {} }, { id }) => {
    const tell = (progress) => notify('notifications/progress', { progressToken, progress });
    tell(1);
    tell(2);
    send({ id, result: complete({ content: [] }) });
    tell(3);
  },
  /** Number of roots/list_changed notifications received. */
  /** Announces the end of an elicitation, which does not exist in the modern era. */
  complete: ({ arguments: params }) => {
    notify('notifications/elicitation/complete', params);
    return { content: [] };
  },
  roots: () => ({ content: [], structuredContent: { changes } }),
  task: (params) => begin(params),
  /** Sends progress of a task under the token of the call that created it. */
  report: ({ arguments: { taskId, progress } }) => {
    notify('notifications/progress', { progressToken: tokens.get(taskId), progress });
    return { content: [] };
  },
};

let changes = 0;
const tasks = new Map();
const tokens = new Map();
const now = () => new Date().toISOString();
const shown = (task) => ({
  ...task,
  ...(isModern ? { ttlMs: 60_000, pollIntervalMs: 100 } : { ttl: 60_000, pollInterval: 100 }),
});

function begin({ _meta }) {
  const task = {
    taskId: `task-${tasks.size + 1}`,
    status: 'working',
    createdAt: now(),
    lastUpdatedAt: now(),
  };
  tasks.set(task.taskId, task);
  tokens.set(task.taskId, _meta?.progressToken);
  return isModern ? { resultType: 'task', ...shown(task) } : { task: shown(task) };
}

function withTask(taskId, use) {
  const task = tasks.get(taskId);
  return task ? use(task) : refuse(-32602, `Task not found: ${taskId}`);
}

function cancelTask(task) {
  if (task.status !== 'working') return refuse(-32602, `Task is ${task.status} already`);
  task.status = 'cancelled';
  return isModern ? complete({}) : shown(task);
}

const capabilities = {
  tools: { listChanged: true },
  resources: {},
  prompts: {},
  ...(isModern
    ? { extensions: { 'io.modelcontextprotocol/tasks': {} } }
    : { tasks: { cancel: {}, list: {}, requests: { tools: { call: {} } } } }),
};

const LEGACY = {
  'server/discover': () => unknown('server/discover'),
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities,
    serverInfo: { name: 'either', version: '1' },
  }),
};
const MODERN = {
  initialize: () => refuse(-32022, 'Unsupported protocol version', { supported: [VERSION] }),
  ping: () => unknown('ping'),
  'server/discover': () => complete({ supportedVersions: [VERSION], capabilities }),
  'subscriptions/listen': ({ notifications }, { id }) => {
    notify('notifications/subscriptions/acknowledged', { _meta: { [SUBSCRIPTION]: id }, notifications });
  },
};

const table = {
  ...(isModern ? MODERN : LEGACY),
  'tools/list': pages(
    'tools',
    Object.keys(TOOLS).map((name) => ({
      name,
      inputSchema: { type: 'object' },
      ...(isModern ? {} : { execution: { taskSupport: 'optional' } }),
    })),
  ),
  'tools/call': async (params, message) => {
    const value = await (params.task ? begin(params) : TOOLS[params.name](params, message));
    return value && !value.failed ? complete(value) : value;
  },
  'resources/list': pages(
    'resources',
    six((i) => ({ uri: `r://${i}`, name: `r${i}` })),
  ),
  'resources/templates/list': pages(
    'resourceTemplates',
    six((i) => ({ uriTemplate: `r://${i}/{id}`, name: `u${i}` })),
  ),
  'prompts/list': pages(
    'prompts',
    six((i) => ({ name: `p${i}` })),
  ),
  'resources/read': ({ uri }) => refuse(isModern ? -32602 : -32002, 'Resource not found', { uri }),
  'example/do': (params) => complete({ did: params }),
  'tasks/get': ({ taskId }) => withTask(taskId, (task) => complete(shown(task))),
  'tasks/cancel': ({ taskId }) => withTask(taskId, cancelTask),
  'notifications/roots/list_changed': () => {
    changes++;
  },
  'notifications/cancelled': ({ requestId, reason }) => {
    cancelled.push({ wasUnderWay: waiting.delete(requestId), reason });
    heard.resolve();
  },
};

serve(table, (message) => {
  const { result, ...rest } = message;
  send(result?.failed ? { ...rest, error: result.failed } : message);
});

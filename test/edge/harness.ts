/** A real edge on a real port, over servers that are made by hand and a call function that the test holds. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { mergeCatalog } from '../../src/catalog/merge.ts';
import { type CatalogStore, createCatalogStore } from '../../src/catalog/store.ts';
import { systemClock } from '../../src/clock.ts';
import { createEdge, type EdgeDeps, type EdgeSettings } from '../../src/edge/edge.ts';
import { type Log, silentLog } from '../../src/log.ts';
import type { Caller } from '../../src/model/caller.ts';
import type { Call, CallServer, Reply } from '../../src/model/calls.ts';
import type { Inventory, Listing } from '../../src/model/catalog.ts';
import type { Clock } from '../../src/model/clock.ts';
import type { NamedView, ServerView } from '../../src/model/desired.ts';
import type { AccessRules, AuthSettings } from '../../src/model/stack.ts';
import type { GatewayStatus, ServerStatus } from '../../src/model/status.ts';
import { jsonText } from '../../src/model/text/json.ts';
import { composeLayers } from '../../src/runtime/calls/call-path.ts';
import { createMeter } from '../../src/runtime/calls/meter/meter.ts';
import { createSubscriptions } from '../../src/runtime/calls/subscriptions.ts';
import { createTaskDirectory } from '../../src/runtime/calls/task-directory.ts';
import { inventory, view } from '../catalog/fixtures.ts';

/** One request that reached a server: the test answers it. */
export interface Received {
  readonly serverName: string;
  readonly method: string;
  readonly params: string;
  readonly caller: Caller;
  readonly cancelled: Promise<string | undefined>;
  progress(params: string): void;
  /** A notification that the server certainly sent for this request. */
  say(method: string, params: string): void;
  answer(kind: Reply['kind'], json: string, era?: 'modern'): void;
}

export interface Harness {
  readonly url: string;
  readonly edge: ReturnType<typeof createEdge>;
  /** Requests that reached servers, oldest first; waits for the next one. */
  received(): Promise<Received>;
  /** Ids of sessions that the edge has ended. */
  readonly ended: readonly string[];
  publish(...sources: Listing[]): void;
  /** Publishes lists that legacy clients alone see. */
  publishLegacy(...sources: Listing[]): void;
  /** Replaces the named views, as an edit of the file does. */
  setViews(...views: NamedView[]): void;
  /** The store whose views modern clients see. */
  readonly catalog: CatalogStore;
}

interface Options {
  readonly sources?: readonly Listing[];
  readonly servers?: readonly ServerStatus[];
  readonly views?: readonly NamedView[];
  readonly settings?: Partial<EdgeSettings>;
  readonly clock?: Clock;
  readonly auth?: () => AuthSettings | undefined;
  readonly access?: () => AccessRules;
  readonly log?: Log;
  /** Called with each legacy session that begins. */
  readonly onSessionBegin?: EdgeDeps['onSessionBegin'];
  readonly loop?: EdgeDeps['loop'];
  /** Answers at once instead of leaving it to the test. */
  readonly call?: CallServer;
}

export const source = (
  serverName: string,
  parts: Partial<Inventory> = {},
  prefix = serverName,
  more: Partial<ServerView> = {},
): Listing => ({ inventory: inventory(serverName, parts), view: view(prefix, more) });

export async function startEdge(t: Pick<TestContext, 'after'>, options: Options = {}): Promise<Harness> {
  const catalog = createCatalogStore();
  const legacyCatalog = createCatalogStore();
  for (const store of [catalog, legacyCatalog]) {
    store.setViews(options.views ?? []);
    store.publish(mergeCatalog(options.sources ?? []));
  }
  const { call, received } = heldCalls();
  const ended: string[] = [];
  const clock = options.clock ?? systemClock;
  const meter = createMeter(clock);
  const tasks = createTaskDirectory();
  const subscriptions = createSubscriptions();
  const layers = [meter.layer, tasks.layer, subscriptions.follow, subscriptions.remember];
  const layered = composeLayers(layers, options.call ?? call);
  const control = { status: (): GatewayStatus => gatewayStatus(options.servers ?? [], edge.sessions()) };
  const edge = createEdge({
    catalog,
    legacyCatalog,
    call: layered,
    taskServer: tasks.serverOf,
    callTallies: meter.tallies,
    control,
    connecting: async () => ({ command: 'npx hive connect', clients: [] }),
    clock,
    log: options.log ?? silentLog,
    onSessionEnd: (sessionId) => {
      ended.push(sessionId);
      subscriptions.endSession(sessionId, layered);
    },
    ...(options.onSessionBegin ? { onSessionBegin: options.onSessionBegin } : {}),
    ...(options.auth ? { auth: options.auth } : {}),
    ...(options.loop ? { loop: options.loop } : {}),
    ...(options.access ? { access: options.access } : {}),
    settings: { host: '127.0.0.1', port: 0, ...options.settings },
  });
  t.after(() => edge.close(0));
  const { url } = await edge.listen();
  return {
    url,
    edge: { ...edge, notify: (notification) => edge.notify(subscriptions.withFollowers(notification)) },
    received,
    ended,
    publish(...sources) {
      catalog.publish(mergeCatalog(sources));
      legacyCatalog.publish(mergeCatalog(sources));
    },
    setViews(...views) {
      for (const store of [catalog, legacyCatalog]) store.setViews(views);
      edge.expelUnadmitted();
    },
    catalog,
    publishLegacy: (...sources) => legacyCatalog.publish(mergeCatalog(sources)),
  };
}

export function gatewayStatus(servers: readonly ServerStatus[], sessions: number): GatewayStatus {
  return {
    stack: 'test',
    file: '/test.yaml',
    url: '',
    pid: process.pid,
    engine: 'ready',
    sessions,
    servers,
    troubles: [],
    ignored: [],
    keptOut: [],
  };
}

export const status = (serverName: string, parts: Partial<ServerStatus> = {}): ServerStatus => ({
  serverName,
  type: 'native',
  state: 'ready',
  since: 0,
  counts: { tools: 0, resources: 0, templates: 0, prompts: 0 },
  noise: { lines: 0, bytes: 0 },
  restarts: 0,
  ...parts,
});

function heldCalls(): { call: CallServer; received: () => Promise<Received> } {
  const arrived: Received[] = [];
  const waiting: ((received: Received) => void)[] = [];
  const call: CallServer = (serverName, request, caller): Call => {
    const reply = Promise.withResolvers<Reply>();
    const cancelled = Promise.withResolvers<string | undefined>();
    const received: Received = {
      serverName,
      method: request.method,
      params: String(request.params),
      caller,
      cancelled: cancelled.promise,
      progress: (params) => request.onProgress?.(jsonText(params)),
      say: (method, params) => request.onNotification?.(method, jsonText(params)),
      answer: (kind, json, era) => reply.resolve({ kind, json: jsonText(json), ...(era ? { era } : {}) }),
    };
    const next = waiting.shift();
    if (next) next(received);
    else arrived.push(received);
    return {
      reply: reply.promise,
      cancel(reason) {
        cancelled.resolve(reason);
        reply.resolve({ kind: 'error', json: jsonText('{"code":-32000,"message":"cancelled"}') });
      },
    };
  };
  const received = () => {
    const first = arrived.shift();
    return first ? Promise.resolve(first) : new Promise<Received>((resolve) => waiting.push(resolve));
  };
  return { call, received };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** One HTTP exchange with every header as given, which fetch would not allow. */
export function send(url: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = httpRequest(url, { method, headers, agent: false }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () =>
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text: String(Buffer.concat(chunks)),
      }),
    );
  });
  request.on('error', reject);
  request.end(body);
  return promise;
}

export const POST_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

export function post(
  url: string,
  body: string | Buffer | object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return send(url, { method: 'POST', headers: { ...POST_HEADERS, ...headers }, body: text });
}

/** Opens a session; the result is the header that names it. */
export async function openSession(
  url: string,
  protocolVersion = '2025-11-25',
  capabilities: object = {},
): Promise<{ 'mcp-session-id': string }> {
  const opened = await post(url, {
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion, capabilities },
  });
  const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  await post(url, { jsonrpc: '2.0', method: 'notifications/initialized' }, session);
  return session;
}

export interface Events {
  /** The next event's data, or undefined at the end of the stream; events without data are passed over. */
  next(): Promise<string | undefined>;
  /** Of the event read last, as clients keep it. */
  readonly lastId: string | undefined;
  /** Everything up to the end. */
  rest(): Promise<string>;
  close(): void;
}

/** Opens an event stream with fetch. */
export async function openEvents(url: string, init: RequestInit = {}): Promise<Events> {
  const abort = new AbortController();
  const headers = { accept: 'text/event-stream', ...init.headers };
  const response = await fetch(url, { ...init, headers, signal: abort.signal });
  if (!response.ok || !response.body) throw new Error(`${response.status} ${await response.text()}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffered = '';
  let lastId: string | undefined;
  const read = async (): Promise<boolean> => {
    const { value, done } = await reader.read();
    buffered += value ?? '';
    return !done;
  };
  const block = async (): Promise<string | undefined> => {
    while (!buffered.includes('\n\n')) if (!(await read())) return undefined;
    const end = buffered.indexOf('\n\n');
    const taken = buffered.slice(0, end);
    buffered = buffered.slice(end + 2);
    return taken;
  };
  return {
    get lastId() {
      return lastId;
    },
    async next() {
      for (let taken = await block(); taken !== undefined; taken = await block()) {
        const field = (name: string): string[] =>
          taken
            .split('\n')
            .flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []));
        lastId = field('id')[0] ?? lastId;
        const data = field('data').join('\n');
        if (data !== '') return data;
        if (field('id').length === 0) return taken;
      }
      return undefined;
    },
    async rest() {
      while (await read());
      return buffered;
    },
    close: () => abort.abort(),
  };
}

/** A connection that has sent the head of a request to `/mcp`, and no body. */
export function openRaw(url: string, method: string, headers: Record<string, string>): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const lines = Object.entries({ host: 'localhost', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.write(`${method} /mcp HTTP/1.1\r\n${lines.join('')}\r\n`);
  return socket;
}

/** All text until the other side ends. */
export async function readAll(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}

/** What a modern request carries in `_meta`. */
export const modernMeta = (capabilities: object = {}, more: object = {}): Record<string, unknown> => ({
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': capabilities,
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  ...more,
});

type Params = { name?: string; uri?: string } & Record<string, unknown>;

/** Headers that go with a modern request. */
export const modernHeaders = (method: string, { name, uri }: Params = {}): Record<string, string> => {
  const named = name ?? uri;
  return {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(named === undefined ? {} : { 'mcp-name': named }),
  };
};

/** One modern request with its headers. */
export function ask(
  url: string,
  method: string,
  params: Params = {},
  { meta = modernMeta(), headers = {} }: { meta?: object; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const body = { jsonrpc: '2.0', id: 7, method, params: { ...params, _meta: meta } };
  return post(url, body, { ...modernHeaders(method, params), ...headers });
}

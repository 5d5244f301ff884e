/** The requests that the control socket answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import findMyWay from 'find-my-way';
import { GatewayError, toGatewayError, unknownServer } from '../../errors.ts';
import { OWNER } from '../../model/access/access.ts';
import { type Caller, LOCAL } from '../../model/caller.ts';
import type { GatewayControl } from '../../model/operator.ts';
import type { LogEntry } from '../../model/status.ts';
import type { CaptureState } from '../../model/watch/capture.ts';
import type { LogSearch } from '../../model/watch/log-search.ts';
import { listOperations, type OperationsApiDeps, runOperation } from '../api/operations.ts';
import { BodyReader } from '../http/body.ts';
import { sendJson } from '../http/exchange.ts';
import { openLines } from '../http/lines.ts';
import { streamCalls, wantedCalls } from './calls.ts';

/**
 * GET /status, /token, /plan[?file=PATH], /logs[?server=NAME&follow=1&tail=N&since=MS] (NDJSON),
 * /logs/search[?query=Q&server=NAME&limit=N&cursor=C], /events
 * (NDJSON: the status, and again on every change),
 * /calls[?server=NAME&tool=T&outcome=O&tail=N&follow=1&show=1&seq=N] (NDJSON), /capture; POST /refresh,
 * /restart/SERVER, /stop, /capture/on?for=MS[&server=NAME], /capture/off; /api and /api/NAME for operations
 * (../api/operations.ts).
 * Errors are `{ code, message, hint, place }`.
 */
export function createControlApp(
  control: GatewayControl,
): (request: IncomingMessage, response: ServerResponse) => void {
  const router = findMyWay({
    defaultRoute: (request, response) =>
      sendError(response, 404, new GatewayError('USAGE', `no ${request.method} ${request.url}`)),
  });
  router.on('GET', '/status', (_, response) => sendValue(response, control.status()));
  router.on('GET', '/token', (_, response) => sendValue(response, { token: control.localToken() }));
  router.on('GET', '/plan', async (_, response, _params, _store, { file }) => {
    await attempt(response, async () => sendValue(response, { plan: await control.plan(file) }));
  });
  router.on('POST', '/restart/:serverName', async (_, response, { serverName = '' }) => {
    if (refuseUnknown(control, response, serverName)) return;
    await attempt(response, async () => {
      await control.restart(serverName);
      sendValue(response, { restarted: serverName });
    });
  });
  router.on('POST', '/refresh', async (_, response) => {
    await attempt(response, async () => sendValue(response, { plan: await control.refresh() }));
  });
  router.on('POST', '/stop', (_, response) => {
    response.on('close', () => void control.stop());
    sendValue(response, { stopping: true });
  });
  router.on('GET', '/logs', (_, response, _params, _store, query) => {
    const wanted = wantedLogs(query);
    for (const name of wanted.serverNames) if (refuseUnknown(control, response, name)) return;
    streamLogs(control, response, wanted);
  });
  router.on('GET', '/logs/search', (_, response, _params, _store, query) => search(control, response, query));
  router.on('GET', '/calls', (_, response, _params, _store, query) => {
    const wanted = wantedCalls(query);
    for (const name of wanted.servers) if (refuseUnknown(control, response, name)) return;
    void streamCalls(control, response, wanted);
  });
  routeCapture(router, control);
  router.on('GET', '/events', (_, response) => {
    const lines = openLines(response);
    lines.send(control.status());
    response.on(
      'close',
      control.onStatus(() => lines.sendLatest(() => control.status())),
    );
  });
  // Only the user who runs the gateway can open the socket, so every operation is allowed.
  const api: OperationsApiDeps = {
    operations: control.operations,
    bodies: new BodyReader(),
    callerOf: () => COMMAND,
  };
  router.on('GET', '/api', (_, response) => void listOperations(api, response));
  router.on(
    'POST',
    '/api/:name',
    (request, response, { name = '' }) => void runOperation(api, request, response, name),
  );
  return (request, response) => router.lookup(request, response);
}

function routeCapture(router: findMyWay.Instance<findMyWay.HTTPVersion.V1>, control: GatewayControl): void {
  const { capture } = control;
  const sendState = (response: ServerResponse, state: CaptureState | undefined): void =>
    sendValue(response, state ?? null);
  router.on('GET', '/capture', (_, response) => sendState(response, capture.state()));
  router.on('POST', '/capture/on', (_, response, _params, _store, query) => {
    const { servers } = wantedCalls(query);
    for (const name of servers) if (refuseUnknown(control, response, name)) return;
    void attempt(response, async () => sendState(response, capture.start(servers, Number(query.for))));
  });
  router.on('POST', '/capture/off', (_, response) => sendState(response, capture.stop()));
}

const COMMAND: Caller = {
  principal: LOCAL,
  access: OWNER,
  sessionId: 'control',
  era: 'modern',
  profile: '',
};

interface WantedLogs {
  /** Empty: all. */
  readonly serverNames: readonly string[];
  readonly follow: boolean;
  /** Number of the newest entries to begin with; undefined: all that are kept. */
  readonly tail: number | undefined;
  /** Unix milliseconds of the oldest entry. */
  readonly since: number;
}

/** The parser of queries gives a list for a name that stands more than once. */
function wantedLogs(query: Readonly<Record<string, string | string[] | undefined>>): WantedLogs {
  const { server = [], follow, tail, since } = query;
  return {
    serverNames: [server].flat(),
    follow: follow === '1',
    tail: tail === undefined ? undefined : Number(tail),
    since: Number(since ?? 0),
  };
}

type Query = Readonly<Record<string, string | string[] | undefined>>;

/** Lines of one answer. */
const MAX_LINES = 1_000;

function wantedLines(query: Query): LogSearch {
  const { server, cursor } = query;
  return {
    query: [query.query ?? ''].flat().join(' '),
    servers: server === undefined ? undefined : [server].flat(),
    limit: Math.max(1, Math.min(MAX_LINES, Number(query.limit ?? MAX_LINES) || MAX_LINES)),
    cursor: [cursor].flat()[0],
  };
}

const search = (control: GatewayControl, response: ServerResponse, query: Query): Promise<void> =>
  attempt(response, async () => sendValue(response, await control.searchLogs(wantedLines(query))));

function streamLogs(
  control: GatewayControl,
  response: ServerResponse,
  { serverNames, follow, tail, since }: WantedLogs,
): void {
  const lines = openLines(response);
  const names = new Set(serverNames);
  const isWanted = (entry: LogEntry) => names.size === 0 || names.has(entry.serverName);
  const kept = control.history(names.size === 1 ? serverNames[0] : undefined);
  const entries = kept.filter((entry) => isWanted(entry) && entry.at >= since);
  for (const entry of tail === undefined ? entries : entries.slice(Math.max(0, entries.length - tail)))
    lines.send(entry);
  if (!follow) {
    lines.end();
    return;
  }
  const stop = control.onLog((entry) => {
    if (isWanted(entry)) lines.sendOrDrop(entry);
  });
  response.on('close', stop);
}

function refuseUnknown(control: GatewayControl, response: ServerResponse, serverName: string): boolean {
  const known = control.status().servers.map((server) => server.serverName);
  if (known.includes(serverName)) return false;
  sendError(response, 404, unknownServer(serverName, known));
  return true;
}

async function attempt(response: ServerResponse, run: () => Promise<void>): Promise<void> {
  await run().catch((error: unknown) => sendError(response, 500, toGatewayError(error)));
}

function sendValue(response: ServerResponse, value: unknown): void {
  sendJson(response, 200, [Buffer.from(JSON.stringify(value))]);
}

function sendError(
  response: ServerResponse,
  status: number,
  { code, message, hint, place }: GatewayError,
): void {
  sendJson(response, status, [Buffer.from(JSON.stringify({ code, message, hint, place }))]);
}

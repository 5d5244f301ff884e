/** One message of the modern era (2026-07-28): checked, and answered here or passed to the server it is for. Nothing outlives it. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, Principal } from '../../model/caller.ts';
import type { Route } from '../../model/catalog.ts';
import { RPC } from '../../wire/codes.ts';
import { isObject, stringAt } from '../../wire/envelope.ts';
import { METHOD } from '../../wire/methods.ts';
import { MODERN_VERSION } from '../../wire/modern-names.ts';
import { onOneLine } from '../../wire/one-line.ts';
import { LOCAL } from '../auth/auth.ts';
import { createExchange, type Exchange } from '../http/exchange.ts';
import type { KeepAlive } from '../http/keep-alive.ts';
import { type ClientMessage, type ClientRequest, responseOf } from '../http/message.ts';
import { refuse } from '../http/refuse.ts';
import type { LegacyDeps } from '../legacy/legacy.ts';
import { namesModern, type Params, readParams } from '../shared/era.ts';
import { capabilitiesOf } from '../shared/initialize.ts';
import { ANSWERED_LISTS, CURSOR_PROBLEM, hasCursor } from '../shared/lists.ts';
import { MAY_ASK } from '../shared/may-ask.ts';
import { capabilitiesText, type RequestMeta, readMeta } from '../shared/request-meta.ts';
import { routeRequest } from '../shared/route.ts';
import { revalidateFor, statusesOf, viewOf } from '../shared/view.ts';
import type { ModernCalls } from './calls.ts';
import { headerProblem, methodProblem, paramProblem, versionProblem } from './headers.ts';
import type { ListenStreams } from './listen-streams.ts';
import { listResult, type ModernReply, modernRefusal, modernReply } from './reply.ts';
import type { ModernRequest } from './request.ts';

export interface ModernDeps extends LegacyDeps {
  readonly modernCalls: ModernCalls;
  readonly listenStreams: ListenStreams;
  readonly keepAlive: KeepAlive;
}

/** Methods of 2026-07-28 that servers answer. */
const KNOWN: ReadonlySet<string> = new Set([
  METHOD.TOOLS_CALL,
  METHOD.PROMPTS_GET,
  METHOD.RESOURCES_READ,
  METHOD.COMPLETE,
]);
/** Methods that earlier revisions had and this one has not. */
const REMOVED: ReadonlySet<string> = new Set([
  METHOD.INITIALIZE,
  METHOD.PING,
  METHOD.SET_LOG_LEVEL,
  METHOD.RESOURCES_SUBSCRIBE,
  METHOD.RESOURCES_UNSUBSCRIBE,
  METHOD.TASKS_LIST,
  METHOD.TASKS_RESULT,
]);
const DISCOVER = METHOD.DISCOVER;
const LISTEN = METHOD.LISTEN;

/** One POST of a modern message, to the end of its answer; `claim` are its params when it says in its body that it is one. */
export async function handleModern(
  deps: ModernDeps,
  request: IncomingMessage,
  response: ServerResponse,
  scope: string,
  principal: Principal,
  message: ClientMessage,
  claim: Params | undefined,
): Promise<void> {
  if (message.kind === 'response')
    return refuse(response, 400, RPC.INVALID_REQUEST, 'clients of 2026-07-28 send no responses');
  if (message.kind === 'notification') return takeNotification(request, response, message.method);
  if (message.kind !== 'request') return;
  const { id } = message;
  const params = claim ?? readParams(message);
  const meta = readMeta(message.text, params);
  const wrong = problemOf(request, message, params, meta, principal);
  if (wrong || typeof meta === 'string') return finish(createExchange(response), id, wrong as ModernReply);
  if (message.method === LISTEN) {
    const view = viewOf(deps.catalog, scope);
    return deps.listenStreams.open(message, params, response, { scope, principal, view });
  }
  const exchange = createExchange(response);
  const caller = callerOf(principal, meta);
  const incoming = { request: message, params, meta, exchange, scope, caller };
  finish(exchange, id, await waiting(deps, exchange, answer(deps, request, incoming)));
}

/** Each modern request is a caller of its own. */
const callerOf = (principal: Principal, { asks }: RequestMeta): Caller => ({
  principal,
  sessionId: randomUUID(),
  era: 'modern',
  capabilities: capabilitiesText(asks),
  profile: '',
});

function finish(exchange: Exchange, id: Buffer, { kind, pieces, status }: ModernReply): void {
  exchange.finish(responseOf(id, kind, pieces), status);
}

/** No notification of a client means anything over HTTP: what it wants to cancel it closes. */
function takeNotification({ headers }: IncomingMessage, response: ServerResponse, method: string): void {
  const problem = methodProblem(headers, method, false);
  if (problem) refuse(response, 400, RPC.HEADER_MISMATCH, `Header mismatch: ${problem}`);
  else response.writeHead(202, { 'content-length': 0 }).end();
}

/** Why the request is refused before anybody looks at what it wants. */
function problemOf(
  { headers }: IncomingMessage,
  request: ClientRequest,
  params: Params,
  meta: RequestMeta | string,
  principal: Principal,
): ModernReply | undefined {
  if (typeof meta === 'string') {
    // A handshake of the legacy era under a header of this one.
    const isMixed = request.method === METHOD.INITIALIZE && namesModern(headers);
    return isMixed
      ? mismatch('the header names 2026-07-28, which has no initialize')
      : modernRefusal(RPC.INVALID_PARAMS, `Invalid params: ${meta}`, undefined, 400);
  }
  const version = versionProblem(headers, meta.version);
  if (version) return mismatch(version);
  if (meta.version !== MODERN_VERSION)
    return modernRefusal(RPC.UNSUPPORTED_VERSION, `Unsupported protocol version: ${meta.version}`, {
      supported: [MODERN_VERSION],
      requested: meta.version,
    });
  // Over stdio there are no headers to compare.
  if (principal === LOCAL) return undefined;
  const header = headerProblem(headers, request, params);
  return header === undefined ? undefined : mismatch(header);
}

const mismatch = (problem: string): ModernReply =>
  modernRefusal(RPC.HEADER_MISMATCH, `Header mismatch: ${problem}`);

async function waiting(
  { keepAlive }: ModernDeps,
  exchange: Exchange,
  reply: ModernReply | Promise<ModernReply>,
): Promise<ModernReply> {
  if (!(reply instanceof Promise)) return reply;
  const release = keepAlive.watch(exchange);
  try {
    return await reply;
  } finally {
    release();
  }
}

function answer(
  deps: ModernDeps,
  request: IncomingMessage,
  incoming: ModernRequest,
): ModernReply | Promise<ModernReply> {
  const reading = revalidateFor(deps, incoming.request.method, incoming.scope);
  return reading
    ? reading.then(() => answerNow(deps, request, incoming))
    : answerNow(deps, request, incoming);
}

function answerNow(
  deps: ModernDeps,
  { headers }: IncomingMessage,
  incoming: ModernRequest,
): ModernReply | Promise<ModernReply> {
  const { request, params, scope } = incoming;
  const { text, method } = request;
  const view = viewOf(deps.catalog, scope);
  const statuses = () => statusesOf(deps.control, scope);
  const list = ANSWERED_LISTS.get(method);
  if (list) {
    if (hasCursor(request)) return modernRefusal(RPC.INVALID_PARAMS, CURSOR_PROBLEM);
    return listResult(list.head.subarray(1), view.lists[list.kind].modern);
  }
  if (method === DISCOVER) {
    const { instructions } = view;
    const capabilities = capabilitiesOf(view, statuses(), 'modern');
    const members = { supportedVersions: [MODERN_VERSION], capabilities, instructions };
    return listResult(Buffer.from(JSON.stringify(members).slice(1, -1)));
  }
  if (REMOVED.has(method)) return notFound(method);
  const tool = method === METHOD.TOOLS_CALL ? toolRoute(incoming, view.lists.tools.routes) : undefined;
  const problem = tool && incoming.caller.principal !== LOCAL && paramProblem(headers, text, params, tool);
  if (problem) return mismatch(problem);
  const state = MAY_ASK.has(method) ? stringAt(text, params.get('requestState')) : undefined;
  const resumed = state === undefined ? undefined : resume(deps, incoming, state);
  if (resumed) return resumed;
  const taskServer = (taskId: string) => deps.taskServer(incoming.caller, taskId);
  const route = routeRequest(request, view, statuses, taskServer);
  if (!route) return notFound(method);
  if ('refused' in route) return modernReply(method, route.refused, incoming.meta.asks);
  const reply = deps.modernCalls.start(incoming, route.serverName, onOneLine(route.params));
  return KNOWN.has(method) ? reply : reply.then((it) => (isNotFound(it) ? { ...it, status: 404 } : it));
}

const notFound = (method: string): ModernReply =>
  modernRefusal(RPC.METHOD_NOT_FOUND, `Method not found: ${method}`, undefined, 404);

/** The server behind the endpoint does not know the method either. */
function isNotFound({ kind, pieces }: ModernReply): boolean {
  if (kind === 'result') return false;
  const error = JSON.parse(Buffer.concat(pieces).toString()) as { code?: unknown } | null;
  return error?.code === RPC.METHOD_NOT_FOUND;
}

function toolRoute(
  { request, params }: ModernRequest,
  routes: ReadonlyMap<string, Route>,
): Route | undefined {
  const name = stringAt(request.text, params.get('name'));
  return name === undefined ? undefined : routes.get(name);
}

function resume(
  deps: ModernDeps,
  incoming: ModernRequest,
  state: string,
): Promise<ModernReply> | ModernReply | undefined {
  const responses = incoming.params.get('inputResponses');
  if (responses && !isObject(incoming.request.text, responses))
    return modernRefusal(RPC.INVALID_PARAMS, 'inputResponses must be an object', undefined, 400);
  return deps.modernCalls.resume(incoming, state);
}

/** The reply to one modern request: the gateway's own, or that of the server which the request is for. */

import { LOCAL } from '../../model/caller.ts';
import type { TaskServer } from '../../model/calls.ts';
import type { CatalogView } from '../../model/catalog.ts';
import { RPC } from '../../wire/codes.ts';
import { isObject, stringAt } from '../../wire/envelope.ts';
import { METHOD } from '../../wire/methods.ts';
import { MODERN_VERSION } from '../../wire/modern-names.ts';
import { onOneLine } from '../../wire/one-line.ts';
import { ANSWERED_LISTS, CURSOR_PROBLEM, hasCursor } from '../shared/lists.ts';
import { MAY_ASK } from '../shared/may-ask.ts';
import { routeRequest } from '../shared/route.ts';
import { capabilitiesOf } from '../shared/server-info.ts';
import type { Views } from '../shared/views.ts';
import type { ModernCalls } from './calls.ts';
import { headerMismatch } from './check.ts';
import { paramProblem } from './headers.ts';
import { listResult, type ModernReply, modernRefusal, modernReply } from './reply.ts';
import type { ModernRequest } from './request.ts';

export interface AnswerDeps {
  readonly views: Views;
  readonly calls: ModernCalls;
  readonly taskServer: TaskServer;
}

type MaybeLater = ModernReply | Promise<ModernReply>;

/** Methods of 2026-07-28 that servers answer. */
const KNOWN: ReadonlySet<string> = new Set([
  METHOD.TOOLS_CALL,
  METHOD.PROMPTS_GET,
  METHOD.RESOURCES_READ,
  METHOD.COMPLETE,
]);
/** Methods of earlier revisions that this one lacks. */
const REMOVED: ReadonlySet<string> = new Set([
  METHOD.INITIALIZE,
  METHOD.PING,
  METHOD.SET_LOG_LEVEL,
  METHOD.RESOURCES_SUBSCRIBE,
  METHOD.RESOURCES_UNSUBSCRIBE,
  METHOD.TASKS_LIST,
  METHOD.TASKS_RESULT,
]);

/** Synchronous if the gateway itself has the reply. Never rejects. */
export function answer(deps: AnswerDeps, incoming: ModernRequest): MaybeLater {
  const revalidated = deps.views.revalidated(incoming.request.method, incoming.scope, incoming.caller.access);
  return revalidated ? revalidated.then(() => answerNow(deps, incoming)) : answerNow(deps, incoming);
}

function answerNow(deps: AnswerDeps, incoming: ModernRequest): MaybeLater {
  const { request, scope, caller } = incoming;
  const { method } = request;
  const view = deps.views.of(scope, caller.access);
  const list = ANSWERED_LISTS.get(method);
  if (list)
    return hasCursor(request)
      ? modernRefusal(RPC.INVALID_PARAMS, CURSOR_PROBLEM)
      : listResult(list.head.subarray(1), view.lists[list.kind].modern);
  if (method === METHOD.DISCOVER) return discovered(deps.views, incoming);
  if (REMOVED.has(method)) return notFound(method);
  return headerRefusal(incoming, view) ?? resume(deps.calls, incoming) ?? passOn(deps, incoming, view);
}

function discovered(views: Views, { scope, caller }: ModernRequest): ModernReply {
  const view = views.of(scope, caller.access);
  const members = {
    supportedVersions: [MODERN_VERSION],
    capabilities: capabilitiesOf(view, views.awaited(scope, caller.access), 'modern'),
    instructions: view.instructions,
  };
  return listResult(Buffer.from(JSON.stringify(members).slice(1, -1)));
}

/** The refusal of a tool call whose `Mcp-Param-*` headers differ from its arguments. */
function headerRefusal(
  { request, params, headers, caller }: ModernRequest,
  view: CatalogView,
): ModernReply | undefined {
  if (request.method !== METHOD.TOOLS_CALL || caller.principal === LOCAL) return undefined;
  const name = stringAt(request.text, params.get('name'));
  const route = name === undefined ? undefined : view.lists.tools.routes.get(name);
  const problem = route && paramProblem(headers, request.text, params, route);
  return problem === undefined ? undefined : headerMismatch(problem);
}

/**
 * Continues the call that `requestState` stands for; undefined if the request is none that the gateway has
 * parked.
 */
function resume(calls: ModernCalls, incoming: ModernRequest): MaybeLater | undefined {
  const { request, params } = incoming;
  const state = MAY_ASK.has(request.method) ? stringAt(request.text, params.get('requestState')) : undefined;
  if (state === undefined) return undefined;
  const responses = params.get('inputResponses');
  if (responses && !isObject(request.text, responses))
    return modernRefusal(RPC.INVALID_PARAMS, 'inputResponses must be an object', undefined, 400);
  return calls.resume(incoming, state);
}

function passOn(
  { views, calls, taskServer }: AnswerDeps,
  incoming: ModernRequest,
  view: CatalogView,
): MaybeLater {
  const { request, scope, caller, meta } = incoming;
  const { method } = request;
  const { access } = caller;
  const route = routeRequest(request, {
    access,
    view,
    statuses: () => views.awaited(scope, access),
    taskServer: (taskId) => taskServer(caller, taskId),
    refusedTool: (name) => views.refusedTool(scope, name, access),
  });
  if (!route) return notFound(method);
  if ('refused' in route) return modernReply(method, route.refused, meta);
  const reply = calls.start(incoming, { ...route, params: onOneLine(route.params) });
  if (KNOWN.has(method)) return reply;
  // An endpoint of one server passes on any method; the server may not know it either.
  return reply.then((it) => (isNotFound(it) ? { ...it, status: 404 } : it));
}

const notFound = (method: string): ModernReply =>
  modernRefusal(RPC.METHOD_NOT_FOUND, `Method not found: ${method}`, undefined, 404);

function isNotFound({ kind, pieces }: ModernReply): boolean {
  if (kind === 'result') return false;
  const error = JSON.parse(Buffer.concat(pieces).toString()) as { code?: unknown } | null;
  return error?.code === RPC.METHOD_NOT_FOUND;
}

/** One message of a legacy session (2024-11-05 to 2025-11-25): answered here, or passed to the server it is for. */

import type { Log } from '../../log.ts';
import type { CallServer, Reply, SetLogLevel, TaskServer, TellServers } from '../../model/calls.ts';
import type { CatalogReader, Revalidate } from '../../model/catalog-reader.ts';
import type { GatewayControl } from '../../model/operator.ts';
import { RPC } from '../../wire/codes.ts';
import { member, slice, stringAt } from '../../wire/envelope.ts';
import { METHOD, NOTIFICATION } from '../../wire/methods.ts';
import { onOneLine } from '../../wire/one-line.ts';
import type { Exchange } from '../http/exchange.ts';
import { type ClientRequest, refusal } from '../http/message.ts';
import { initializeResult } from '../shared/initialize.ts';
import { LOG_LEVELS } from '../shared/log-levels.ts';
import { routeRequest } from '../shared/route.ts';
import { revalidateFor, statusesOf, viewOf } from '../shared/view.ts';
import { answerLocally } from './local.ts';
import { pushOrCall } from './push.ts';
import type { Session, Sessions } from './sessions.ts';

export interface LegacyDeps {
  readonly catalog: CatalogReader;
  readonly call: CallServer;
  readonly revalidate: Revalidate;
  readonly control: Pick<GatewayControl, 'status'>;
  readonly sessions: Sessions;
  readonly taskServer: TaskServer;
  readonly tellServers: TellServers;
  readonly setLogLevel: SetLogLevel;
  readonly log: Log;
}

/** The reply to a request; it is settled at once when the gateway itself has the answer. */
export function answer(
  deps: LegacyDeps,
  request: ClientRequest,
  session: Session,
  exchange: Exchange,
): Reply | Promise<Reply> {
  const reading = revalidateFor(deps, request.method, session.scope);
  const give = (): Reply | Promise<Reply> => answerNow(deps, request, session, exchange);
  return reading ? reading.then(give) : give();
}

function answerNow(
  deps: LegacyDeps,
  request: ClientRequest,
  session: Session,
  exchange: Exchange,
): Reply | Promise<Reply> {
  const { catalog, call, control } = deps;
  const view = viewOf(catalog, session.scope);
  const local = answerLocally(request, session, view);
  if (local) {
    if (request.method === METHOD.SET_LOG_LEVEL) tellLevel(deps, session);
    return local;
  }
  const route = routeRequest(
    request,
    view,
    () => statusesOf(control, session.scope),
    (taskId) => deps.taskServer(session.caller, taskId),
  );
  if (!route) return refusal(RPC.METHOD_NOT_FOUND, `Method not found: ${request.method}`);
  if ('refused' in route) return route.refused;
  if (session.calls.size >= MAX_IN_FLIGHT)
    return refusal(
      RPC.SERVER_ERROR,
      `more than ${MAX_IN_FLIGHT} requests of this session are waiting for an answer`,
    );
  const { serverName } = route;
  const progress = progressOf(session, serverName, exchange);
  const { onProgress } = progress;
  const upstreamRequest = { method: request.method, params: onOneLine(route.params), onProgress };
  const under = call(serverName, upstreamRequest, session.caller);
  const id = idKey(request.id);
  const open = { call: under, serverName, exchange };
  session.calls.set(id, open);
  return under.reply.then((reply) => {
    if (session.calls.get(id) === open) session.calls.delete(id);
    progress.answered();
    return reply;
  });
}

/** Goes ahead of the answer; that of a task goes on after it, wherever the session hears what it is told unasked. */
function progressOf(session: Session, serverName: string, exchange: Exchange) {
  let open: Exchange | undefined = exchange;
  return {
    answered: () => {
      open = undefined;
    },
    onProgress: (params: Buffer): void => {
      if (open) open.precede([PROGRESS, params, TAIL]);
      else pushOrCall(session, serverName, Buffer.concat([PROGRESS, params, TAIL]));
    },
  };
}

/** Characters of a client's words that are logged. */
const MAX_REASON = 200;
/** A client that never waits for answers must not fill the memory. */
const MAX_IN_FLIGHT = 1000;
const PROGRESS = Buffer.from('{"jsonrpc":"2.0","method":"notifications/progress","params":');
const TAIL = Buffer.from('}');

/** Servers send what the least demanding session wants; each session then gets what it wants itself. */
function tellLevel({ sessions, setLogLevel }: LegacyDeps, session: Session): void {
  const wanted = [...sessions.all()].map((it) => (it.hasLogLevel ? it.logLevel : UNASKED_LEVEL));
  const name = (level: number): string => LOG_LEVELS[level] ?? 'info';
  setLogLevel(session.caller.sessionId, name(session.logLevel), name(Math.min(...wanted)));
}

/** What sessions are taken to want that never said so. */
const UNASKED_LEVEL = LOG_LEVELS.indexOf('info');

/** The answer to `initialize`, whose session sees `scope`. */
export function answerInitialize({ catalog, control }: LegacyDeps, session: Session): Reply {
  const view = viewOf(catalog, session.scope);
  return initializeResult(session.protocolVersion, view, statusesOf(control, session.scope));
}

/** Notifications of a client are never answered; those that mean nothing here are ignored. */
export function take(
  { tellServers, log }: LegacyDeps,
  { text, method, params }: Omit<ClientRequest, 'id'>,
  session: Session,
): void {
  if (method === NOTIFICATION.INITIALIZED) session.initialized = true;
  if (method === NOTIFICATION.ROOTS_CHANGED) tellServers(session.caller.sessionId, method);
  if (method !== NOTIFICATION.CANCELLED) return;
  const id = member(text, params, 'requestId');
  const reason = stringAt(text, member(text, params, 'reason'));
  const open = id && session.calls.get(idKey(slice(text, id)));
  if (!open) return;
  log.debug(
    { server: open.serverName, reason: reason?.slice(0, MAX_REASON) },
    'a client cancelled its request',
  );
  open.call.cancel(reason);
}

const idKey = (id: Buffer): string => id.toString('latin1');

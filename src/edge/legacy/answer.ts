/**
 * The reply to one request of a legacy session: the gateway's own, or that of the server which the request is
 * for.
 */
import type { CallServer, Reply, SetLogLevel, TaskServer } from '../../model/calls.ts';
import type { Json } from '../../model/text/json.ts';
import { MCP_LEVELS } from '../../model/watch/log-search.ts';
import { RPC } from '../../wire/codes.ts';
import { onOneLine } from '../../wire/one-line.ts';
import type { Exchange } from '../http/exchange.ts';
import { type ClientRequest, refusal } from '../http/message.ts';
import { routeRequest, type ServerRoute } from '../shared/route.ts';
import { urlsForPeople } from '../shared/url-error.ts';
import type { Views } from '../shared/views.ts';
import { createLocalAnswers } from './local-answers.ts';
import { pushOrCall } from './push.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** Synchronous if the gateway itself has the reply. Never rejects. */
export type Answer = (request: ClientRequest, session: Session, exchange: Exchange) => Reply | Promise<Reply>;

export interface AnswerDeps {
  readonly views: Views;
  readonly sessions: Sessions;
  readonly call: CallServer;
  readonly taskServer: TaskServer;
  readonly setLogLevel: SetLogLevel;
}

/** A client that never waits for answers must not fill the memory. */
const MAX_IN_FLIGHT = 1000;

export function createAnswer({ views, sessions, call, taskServer, setLogLevel }: AnswerDeps): Answer {
  const answerLocally = createLocalAnswers((session) => sendLogLevel(sessions, session, setLogLevel));

  function answerNow(request: ClientRequest, session: Session, exchange: Exchange): Reply | Promise<Reply> {
    const { scope, caller } = session;
    const { access } = caller;
    const view = views.of(scope, access);
    const local = answerLocally(request, session, view);
    if (local) return local;
    const route = routeRequest(request, {
      access,
      view,
      statuses: () => views.awaited(scope, access),
      taskServer: (taskId) => taskServer(caller, taskId),
      refusedTool: (name) => views.refusedTool(scope, name, access),
    });
    if (!route) return refusal(RPC.METHOD_NOT_FOUND, `Method not found: ${request.method}`);
    if ('refused' in route) return route.refused;
    if (session.calls.size < MAX_IN_FLIGHT) return passOn(call, request, session, exchange, route);
    return refusal(
      RPC.SERVER_ERROR,
      `more than ${MAX_IN_FLIGHT} requests of this session are waiting for an answer`,
    );
  }

  return (request, session, exchange) => {
    const revalidated = views.revalidated(request.method, session.scope, session.caller.access);
    return revalidated
      ? revalidated.then(() => answerNow(request, session, exchange))
      : answerNow(request, session, exchange);
  };
}

/** Sends the request to its server. The call is in the session's table until its reply. */
function passOn(
  call: CallServer,
  request: ClientRequest,
  session: Session,
  exchange: Exchange,
  { serverName, params, target }: ServerRoute,
): Promise<Reply> {
  const progress = new Progress(session, serverName, exchange);
  const { method } = request;
  const outgoing = { method, params: onOneLine(params), target, onProgress: progress.send };
  const sent = call(serverName, outgoing, session.caller);
  const id = callKey(request.id);
  const open = { call: sent, serverName, exchange };
  session.calls.set(id, open);
  return sent.reply.then((reply) => {
    if (session.calls.get(id) === open) session.calls.delete(id);
    progress.answered();
    return urlsForPeople(serverName, reply, session.caller);
  });
}

/** Key of a call in its session's table. `id` is the raw text of the client's request id. */
export const callKey = (id: Buffer): string => id.toString('latin1');

const PROGRESS = Buffer.from('{"jsonrpc":"2.0","method":"notifications/progress","params":');
const TAIL = Buffer.from('}');

/** Progress precedes the answer. That of a task continues after it, on any way that reaches the session. */
class Progress {
  readonly #session: Session;
  readonly #serverName: string;
  #exchange: Exchange | undefined;

  constructor(session: Session, serverName: string, exchange: Exchange) {
    this.#session = session;
    this.#serverName = serverName;
    this.#exchange = exchange;
  }

  /** `params` is JSON text. Bound here: a function of `passOn` would keep the request and its reply too. */
  readonly send = (params: Json): void => {
    const message = [PROGRESS, params, TAIL];
    if (this.#exchange) this.#exchange.precede(message);
    else pushOrCall(this.#session, this.#serverName, Buffer.concat(message));
  };

  answered(): void {
    this.#exchange = undefined;
  }
}

/** Log level of sessions that never called `logging/setLevel`. */
const DEFAULT_LEVEL = MCP_LEVELS.indexOf('info');

/** Servers send what the least demanding session wants; each session then gets what it wants itself. */
function sendLogLevel(sessions: Sessions, { caller, logLevel }: Session, setLogLevel: SetLogLevel): void {
  const name = (level = DEFAULT_LEVEL): string => MCP_LEVELS[level] ?? 'info';
  const wanted = [...sessions.all()].map((it) => it.logLevel ?? DEFAULT_LEVEL);
  setLogLevel(caller.sessionId, name(logLevel), name(Math.min(...wanted)));
}

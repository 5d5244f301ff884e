/**
 * Requests of servers to legacy clients: sampling, elicitation, roots. Each goes to one session, under an id
 * of the gateway's.
 */
import type { Reply, ServerRequest } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import { waitFor } from '../../model/time/wait.ts';
import { RPC } from '../../wire/codes.ts';
import { notificationText, requestText } from '../../wire/message.ts';
import { NOTIFICATION } from '../../wire/methods.ts';
import { refusal } from '../http/message.ts';
import { askableIn } from '../shared/askable.ts';
import { needsCapability, notAskable } from '../shared/may-ask.ts';
import { push } from './push.ts';
import type { OpenCall, Sees, Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** How long people may take to answer. */
const ANSWER_TIMEOUT_MS = 600_000;
/** Unanswered requests to one session, of all its servers together. */
const MAX_UNANSWERED = 100;

const WHY = { timeout: 'the client did not answer in time', aborted: 'the server has withdrawn it' } as const;
const GONE = 'the client has gone';

/** Sends a server's request to its session, and resolves with the client's answer. Never rejects. */
export type AskSession = (request: ServerRequest) => Promise<Reply>;

/** @param sees an edit of a view may have taken a server from its sessions */
export function createServerRequests(sessions: Sessions, clock: Clock, sees: Sees = () => true): AskSession {
  let nextId = 1;
  return async (request) => {
    const session = sessions.get(request.sessionId);
    if (!session || request.signal.aborted || !sees(session, request.serverName)) return refused(GONE);
    const problem = problemOf(session, request);
    if (problem) return problem;
    const id = nextId++;
    const answer = Promise.withResolvers<Reply>();
    session.asked.set(String(id), answer.resolve);
    const withdraw = (why: string): Reply => {
      push(session, cancelled(id, why));
      return refused(why);
    };
    const onGone = (): void => {
      if (session.asked.has(String(id))) answer.resolve(withdraw(GONE));
    };
    if (!deliver(session, request, id, onGone))
      answer.resolve(refused('the client holds no stream open to be asked on'));
    const limit = { clock, ms: ANSWER_TIMEOUT_MS, signal: request.signal };
    const reply = await waitFor(answer.promise, limit, (why) => withdraw(WHY[why]));
    session.asked.delete(String(id));
    return reply;
  };
}

const refused = (why: string): Reply => refusal(RPC.SERVER_ERROR, why);

/** The error for a request that must not be sent to the client. */
function problemOf({ caller, asked }: Session, request: ServerRequest): Reply | undefined {
  const undeclared = needsCapability(request.method)
    ? notAskable(request, askableIn(caller.capabilities))
    : undefined;
  if (undeclared) return refusal(undeclared.code, undeclared.message);
  return asked.size >= MAX_UNANSWERED
    ? refused(`the client has ${MAX_UNANSWERED} requests to answer already`)
    : undefined;
}

/**
 * Sends the request on the response of a call to that server, the newest one since that is the most likely
 * cause; else on a stream of the session. All of them reach the same client, which may answer after the
 * response has ended.
 */
function deliver(
  session: Session,
  { serverName, method, params }: ServerRequest,
  id: number,
  onGone: () => void,
): boolean {
  const message = requestText(id, method, params);
  for (const { exchange } of callsTo(session, serverName)) {
    if (!exchange.precede([message])) continue;
    exchange.onGone(onGone);
    return true;
  }
  return push(session, message);
}

/** The newest first. */
const callsTo = (session: Session, serverName: string): OpenCall[] =>
  [...session.calls.values()].filter((open) => open.serverName === serverName).reverse();

const cancelled = (requestId: number, reason: string): Buffer =>
  notificationText(NOTIFICATION.CANCELLED, Buffer.from(JSON.stringify({ requestId, reason })));

/**
 * Takes an answer of the client, which only its own session can give. An answer that nobody waits for is
 * dropped.
 */
export function settleServerRequest(session: Session, id: Buffer, reply: Reply): void {
  session.asked.get(id.toString('latin1'))?.(reply);
}

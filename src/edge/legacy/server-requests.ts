/** What servers ask of clients: sampling, elicitation, roots. Each request reaches one session, under an id of ours. */

import type { AskClient, Reply, ServerRequest } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import { RPC } from '../../wire/codes.ts';
import { notificationText, requestText } from '../../wire/message.ts';
import { NOTIFICATION } from '../../wire/methods.ts';
import { refusal } from '../http/message.ts';
import { needsCapability, notAskable } from '../shared/may-ask.ts';
import { askableIn } from '../shared/request-meta.ts';
import { push } from './push.ts';
import type { OpenCall, Session, Sessions } from './sessions.ts';

/** People think: that long (ms) an answer may take. */
const PATIENCE = 600_000;
/** Of one session, over all its servers. */
const MAX_ASKED = 100;

export function createAsk(sessions: Sessions, clock: Clock): AskClient {
  let nextId = 1;
  return async (request) => {
    const session = sessions.get(request.sessionId);
    if (!session || request.signal.aborted) return refusal(RPC.SERVER_ERROR, 'the client has gone');
    const undeclared = needsCapability(request.method)
      ? notAskable(request, askableIn(session.caller.capabilities))
      : undefined;
    if (undeclared) return refusal(undeclared.code, undeclared.message);
    if (session.asked.size >= MAX_ASKED)
      return refusal(RPC.SERVER_ERROR, `the client has ${MAX_ASKED} requests to answer already`);
    const id = nextId++;
    const { promise, resolve } = Promise.withResolvers<Reply>();
    session.asked.set(String(id), resolve);
    const giveUp = (why: string): void => {
      if (!session.asked.has(String(id))) return;
      push(session, cancelled(id, why));
      resolve(refusal(RPC.SERVER_ERROR, why));
    };
    const timer = clock.setTimeout(() => giveUp('the client did not answer in time'), PATIENCE);
    const onAbort = (): void => giveUp('the server has withdrawn it');
    request.signal.addEventListener('abort', onAbort);
    if (!deliver(session, request, id, giveUp)) giveUp('the client holds no stream open to be asked on');
    const reply = await promise;
    timer.cancel();
    request.signal.removeEventListener('abort', onAbort);
    session.asked.delete(String(id));
    return reply;
  };
}

/**
 * On the response of a call to that server, of which the newest is most likely the cause; else on a stream of the session. All of them
 * are the same client's, which may answer after that response has ended.
 */
function deliver(
  session: Session,
  { serverName, method, params }: ServerRequest,
  id: number,
  giveUp: (why: string) => void,
): boolean {
  const message = requestText(id, method, params);
  for (const { exchange } of callsOf(session, serverName)) {
    if (!exchange.precede([message])) continue;
    exchange.onGone(() => giveUp('the client has gone'));
    return true;
  }
  return push(session, message);
}

const callsOf = (session: Session, serverName: string): OpenCall[] =>
  [...session.calls.values()].filter((open) => open.serverName === serverName).reverse();

const cancelled = (requestId: number, reason: string): Buffer =>
  notificationText(NOTIFICATION.CANCELLED, Buffer.from(JSON.stringify({ requestId, reason })));

/** An answer of the client, which only its own session can give; one that nobody waits for is dropped. */
export function settleAsk(session: Session, id: Buffer, reply: Reply): void {
  session.asked.get(id.toString('latin1'))?.(reply);
}

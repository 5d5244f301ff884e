/** POST of one legacy message to the streamable HTTP endpoint, answered on the same response. */
import type { Reply } from '../../model/calls.ts';
import { METHOD } from '../../wire/methods.ts';
import { createExchange, finishWhenReady, sendAccepted, sendJson } from '../http/exchange.ts';
import type { Incoming } from '../http/incoming.ts';
import type { KeepAlive } from '../http/keep-alive.ts';
import { type ClientMessage, type ClientRequest, responseText } from '../http/message.ts';
import type { Messages } from './messages.ts';
import { isPrimed, type Resumptions } from './resumptions.ts';
import type { Session } from './session.ts';
import { hasKnownVersion, sessionOf } from './session-header.ts';
import type { Sessions } from './sessions.ts';

export interface PostDeps {
  readonly sessions: Sessions;
  readonly messages: Messages;
  readonly resumptions: Resumptions;
  readonly keepAlive: KeepAlive;
}

/** Resolves once the message is answered; synchronous if the gateway itself has the answer. */
export function postMessage(
  deps: PostDeps,
  incoming: Incoming,
  message: ClientMessage,
): void | Promise<void> {
  const { request, response } = incoming;
  if (!hasKnownVersion(request, response)) return;
  const isRequest = message.kind === 'request';
  if (isRequest && message.method === METHOD.INITIALIZE) return initialize(deps.messages, incoming, message);
  const session = sessionOf(deps.sessions, incoming, isRequest ? message.id : undefined);
  if (!session) return;
  if (isRequest) return answer(deps, incoming, session, message);
  deps.messages.accept(message, session);
  sendAccepted(response);
}

function initialize(
  messages: Messages,
  { response, scope, principal, access }: Incoming,
  request: ClientRequest,
): void | Promise<void> {
  const { id } = request;
  const begun = messages.initialize(request, scope, { principal, access });
  if ('status' in begun) return sendJson(response, begun.status, responseText(id, begun.reply));
  const { session, reply } = begun;
  const send = (settled: Reply): void =>
    sendJson(response, 200, responseText(id, settled), { 'mcp-session-id': session.caller.sessionId });
  return reply instanceof Promise ? reply.then(send) : send(reply);
}

function answer(
  { messages, resumptions, keepAlive }: PostDeps,
  incoming: Incoming,
  session: Session,
  request: ClientRequest,
): void | Promise<void> {
  const open = () => resumptions.answer(session, incoming, request.id);
  const exchange = createExchange(incoming, request.id, open, isPrimed(session));
  const reply = messages.answer(request, session, exchange);
  const finish = (settled: Reply): void => exchange.finish(responseText(request.id, settled));
  return reply instanceof Promise ? finishWhenReady(keepAlive, exchange, reply, finish) : finish(reply);
}

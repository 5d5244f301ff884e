/** Handles each message of a legacy client, for every transport alike. */

import type { Log } from '../../log.ts';
import type { NotifyServers, Reply } from '../../model/calls.ts';
import type { BeginSession } from '../../model/catalog-reader.ts';
import { cutEnd } from '../../model/text/cut.ts';
import { member, slice, stringAt } from '../../wire/envelope.ts';
import { NOTIFICATION } from '../../wire/methods.ts';
import type { ClientMessage, ClientRequest } from '../http/message.ts';
import { type Answer, type AnswerDeps, callKey, createAnswer } from './answer.ts';
import { beginSession, initializeResult, type NotBegun } from './initialize.ts';
import { settleServerRequest } from './server-requests.ts';
import type { Client, Session } from './session.ts';

export interface Messages {
  /** Begins a session, unless the request is refused. */
  initialize(request: ClientRequest, scope: string, client: Client): Begun | NotBegun;
  readonly answer: Answer;
  /** Takes a notification or a response, which get no answer. Other messages are ignored. */
  accept(message: ClientMessage, session: Session): void;
}

export interface Begun {
  readonly session: Session;
  /** Later if servers have to be connected for the session first. Never rejects. */
  readonly reply: Reply | Promise<Reply>;
}

export interface MessagesDeps extends AnswerDeps {
  readonly onSessionBegin: BeginSession;
  readonly notifyServers: NotifyServers;
  readonly log: Log;
}

/** Characters of a client's text that are logged. */
const MAX_REASON = 200;

export function createMessages(deps: MessagesDeps): Messages {
  return {
    initialize: (request, scope, client) => initialize(deps, request, scope, client),
    answer: createAnswer(deps),
    accept(message, session) {
      if (message.kind === 'response') settleServerRequest(session, message.id, message.reply);
      if (message.kind === 'notification') handleNotification(deps, message, session);
    },
  };
}

function initialize(
  { sessions, views, onSessionBegin }: MessagesDeps,
  request: ClientRequest,
  scope: string,
  client: Client,
): Begun | NotBegun {
  const begun = beginSession(sessions, request, scope, client);
  if ('reply' in begun) return begun;
  begun.release = views.hold(scope, client.access);
  const ready = onSessionBegin(begun.caller.sessionId, scope);
  const result = (): Reply => initializeResult(views, begun);
  return { session: begun, reply: ready ? ready.then(result) : result() };
}

/** Notifications that the gateway does not know are ignored. */
function handleNotification(
  { notifyServers, log }: Pick<MessagesDeps, 'notifyServers' | 'log'>,
  notification: Omit<ClientRequest, 'id'>,
  session: Session,
): void {
  const { method } = notification;
  if (method === NOTIFICATION.INITIALIZED) session.initialized = true;
  if (method === NOTIFICATION.ROOTS_CHANGED) notifyServers(session.caller.sessionId, method);
  if (method === NOTIFICATION.CANCELLED) cancel(notification, session, log);
}

function cancel({ text, params }: Omit<ClientRequest, 'id'>, { calls }: Session, log: Log): void {
  const id = member(text, params, 'requestId');
  const open = id && calls.get(callKey(slice(text, id)));
  if (!open) return;
  const reason = stringAt(text, member(text, params, 'reason'));
  log.debug(
    { server: open.serverName, reason: reason && cutEnd(reason, MAX_REASON) },
    'a client cancelled its request',
  );
  open.call.cancel(reason);
}

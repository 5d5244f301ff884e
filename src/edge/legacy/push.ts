/** What sessions are told unasked, over their GET streams. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../../model/caller.ts';
import type { ServerNotification } from '../../model/calls.ts';
import { LIST_KINDS } from '../../model/catalog.ts';
import type { CatalogChange } from '../../model/catalog-reader.ts';
import { RPC } from '../../wire/codes.ts';
import { member, stringAt, whole } from '../../wire/envelope.ts';
import { LISTS } from '../../wire/lists.ts';
import { notificationText } from '../../wire/message.ts';
import { accepts } from '../http/guard.ts';
import type { KeepAlive } from '../http/keep-alive.ts';
import { refuse } from '../http/refuse.ts';
import { LOG_LEVELS, type LogLevel } from '../shared/log-levels.ts';
import type { ResumableStream } from './resumable.ts';
import { keepForLater, type Resumptions } from './resumptions.ts';
import { sessionOf } from './session-header.ts';
import type { Session, Sessions } from './sessions.ts';

/** A client may open several; what it opens and never closes must not pile up. */
const MAX_STREAMS = 8;

/**
 * GET: opens a stream for the session, and first tells what it missed while it had none; or goes on with the one that sent the event
 * in Last-Event-ID (2025-11-25 transports, Resumability and Redelivery).
 */
export function handleGet(
  { sessions, keepAlive, resumptions }: GetDeps,
  request: IncomingMessage,
  response: ServerResponse,
  scope: string,
  principal: Principal,
): void {
  if (!accepts(request.headers.accept, 'text/event-stream')) {
    refuse(response, 406, RPC.SERVER_ERROR, 'Accept must list text/event-stream');
    return;
  }
  const session = sessionOf(sessions, request, response, scope, principal);
  if (!session) return;
  const stream = streamOf(resumptions, request, response, session);
  if (!stream) return;
  const release = keepAlive.watch(stream);
  response.on('close', () => {
    release();
    if (!stream.isConnected()) session.streams.delete(stream);
    sessions.touch(session);
  });
  const [oldest] = session.streams;
  if (oldest && session.streams.size >= MAX_STREAMS) oldest.end();
  session.streams.add(stream);
  tellDue(session);
}

interface GetDeps {
  readonly sessions: Sessions;
  readonly keepAlive: KeepAlive;
  readonly resumptions: Resumptions;
}

/** The GET stream that this response is of; undefined when it was for the answer to a POST, and is taken care of. */
function streamOf(
  resumptions: Resumptions,
  { headers }: IncomingMessage,
  response: ServerResponse,
  session: Session,
): ResumableStream | undefined {
  const lastEventId = headers['last-event-id'];
  if (typeof lastEventId !== 'string') return resumptions.listen(session, response);
  const resumed = resumptions.resume(session, response, lastEventId);
  if (resumed.kind === 'over') refuseOver(response);
  if (resumed.kind === 'over' || resumed.kind === 'answer') return undefined;
  const isWhole = resumed.kind === 'listening' && resumed.isWhole;
  // What cannot be sent again may have told of any list.
  if (!isWhole && session.initialized) for (const kind of LIST_KINDS) session.due.add(kind);
  return resumed.kind === 'listening' ? resumed.stream : resumptions.listen(session, response);
}

/** The one refusal of a GET that the specification knows: clients take it for "no stream here" and do not ask again. */
function refuseOver(response: ServerResponse): void {
  response.setHeader('allow', 'POST, DELETE');
  refuse(
    response,
    405,
    RPC.SERVER_ERROR,
    'the stream of that event is over, and nothing of it is left to send',
  );
}

/** Each message goes out on one stream only (transports, Multiple Connections). False when there is none to take it. */
export function push(session: Session, message: Buffer): boolean {
  for (const stream of [...session.streams].reverse()) {
    if (stream.send([message])) return true;
    session.streams.delete(stream);
    stream.drop();
  }
  return false;
}

/** The same; without a stream to take it it waits for one that has lost its connection. */
export function pushOrKeep(session: Session, message: Buffer): boolean {
  return push(session, message) || keepForLater(session, message);
}

/** In front of the answer to a call of that server, for clients that hold no stream open. */
function pushOnCall(session: Session, serverName: string, message: Buffer): boolean {
  return session.calls
    .values()
    .some((open) => open.serverName === serverName && open.exchange.precede([message]));
}

/** What a server has to say to one session: wherever that can be told now, or once it is back. */
export function pushOrCall(session: Session, serverName: string, message: Buffer): boolean {
  return push(session, message) || pushOnCall(session, serverName, message) || keepForLater(session, message);
}

/** Tells every session whose own view differs; those without an open stream learn it when they open one. */
export function tellChanges(sessions: Sessions, change: CatalogChange): void {
  for (const session of sessions.all()) {
    const kinds = session.scope === '' ? change.all : (change.byServer.get(session.scope) ?? []);
    if (!session.initialized || kinds.length === 0) continue;
    for (const kind of kinds) session.due.add(kind);
    tellDue(session);
  }
}

function tellDue(session: Session): void {
  const kinds = [...session.due];
  for (const method of new Set(kinds.map((kind) => LISTS[kind].changed))) {
    if (!push(session, notificationText(method))) return;
  }
  session.due.clear();
}

/** Log messages go to every session that sees the server and has not set a higher level. */
export function tellLog(
  sessions: Sessions,
  { serverName, method, params, sessionId }: ServerNotification,
): void {
  if (!params) return;
  const level = stringAt(params, member(params, whole(params), 'level'));
  const severity = LOG_LEVELS.indexOf(level as LogLevel);
  const message = notificationText(method, params);
  for (const session of sessions.all()) {
    const sees =
      sessionId === undefined
        ? session.scope === '' || session.scope === serverName
        : sessionId === session.caller.sessionId;
    if (sees && session.initialized && severity >= session.logLevel) pushOrCall(session, serverName, message);
  }
}

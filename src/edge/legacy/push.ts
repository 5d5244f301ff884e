/** Sends messages to one session on whichever way reaches it. */

import { LISTS } from '../../wire/lists.ts';
import { notificationText } from '../../wire/message.ts';
import { keepForLater } from './resumptions.ts';
import type { Session } from './session.ts';

/** Sends on one GET stream only (transports, Multiple Connections). False if no stream takes the message. */
export function push(session: Session, message: Buffer): boolean {
  for (const stream of [...session.streams].reverse()) {
    if (stream.send([message])) return true;
    session.streams.delete(stream);
    stream.drop();
  }
  return false;
}

/** Sends on a GET stream, or keeps the message for one that has lost its connection. */
export function pushOrKeep(session: Session, message: Buffer): boolean {
  return push(session, message) || keepForLater(session, message);
}

/** Sends ahead of the answer to a call of that server, for clients that hold no GET stream open. */
function pushOnCall(session: Session, serverName: string, message: Buffer): boolean {
  return session.calls
    .values()
    .some((open) => open.serverName === serverName && open.exchange.precede([message]));
}

/** Sends a server's message on any way that reaches the session now, or once its client is back. */
export function pushOrCall(session: Session, serverName: string, message: Buffer): boolean {
  return push(session, message) || pushOnCall(session, serverName, message) || keepForLater(session, message);
}

/**
 * Announces the lists in `session.due` if a stream is open. The others are announced when the client opens
 * one.
 */
export function pushDue(session: Session): void {
  const methods = new Set([...session.due].map((kind) => LISTS[kind].changed));
  for (const method of methods) if (!push(session, notificationText(method))) return;
  session.due.clear();
}

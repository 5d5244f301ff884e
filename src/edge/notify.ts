/** News from servers, on their way to sessions. */
import type { ServerNotification } from '../model/ports.ts';
import { notificationText } from '../rpc/message.ts';
import { push, tellLog } from './push.ts';
import type { Sessions } from './sessions.ts';
import { type Subscribers, tellUpdated } from './subscriptions.ts';

/** Passes on what a server said unasked: to whom it concerns, and to nobody else. */
export function tellNotification(
  sessions: Sessions,
  subscribers: Subscribers,
  notification: ServerNotification,
): void {
  const { method, params, sessionId } = notification;
  if (method === 'notifications/message') tellLog(sessions, notification);
  else if (method === 'notifications/resources/updated') tellUpdated(subscribers, sessions, notification);
  else {
    // Of a server that works for several clients nobody knows whom it means.
    const session = sessionId === undefined ? undefined : sessions.get(sessionId);
    if (session?.initialized) push(session, notificationText(method, params));
  }
}

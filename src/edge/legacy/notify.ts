/** News from servers, on their way to sessions. */

import type { ServerNotification, TaskServer } from '../../model/calls.ts';
import { member, stringAt } from '../../wire/envelope.ts';
import { notificationText } from '../../wire/message.ts';
import { NOTIFICATION } from '../../wire/methods.ts';
import { pushOrKeep, tellLog } from './push.ts';
import type { Sessions } from './sessions.ts';

/** Passes on what a server said unasked: to whom it concerns, and to nobody else. */
export function tellNotification(
  sessions: Sessions,
  taskServer: TaskServer,
  notification: ServerNotification,
): void {
  const { method, params, sessionId } = notification;
  if (method === NOTIFICATION.LOG_MESSAGE) tellLog(sessions, notification);
  else if (method === NOTIFICATION.TASK_STATUS) tellTask(sessions, taskServer, notification);
  else {
    // Of a server that works for several clients nobody knows whom it means.
    const session = sessionId === undefined ? undefined : sessions.get(sessionId);
    if (session?.initialized) pushOrKeep(session, notificationText(method, params));
  }
}

/** To the session that began the task, which alone knows it. */
function tellTask(
  sessions: Sessions,
  taskServer: TaskServer,
  { serverName, method, params }: ServerNotification,
): void {
  const taskId = params && stringAt(params, member(params, { start: 0, end: params.length }, 'taskId'));
  if (taskId === undefined) return;
  for (const session of sessions.all())
    if (taskServer(session.caller, taskId) === serverName)
      pushOrKeep(session, notificationText(method, params));
}

/** Sends a notification about a followed resource to one of its followers, if that is a session. */
export function notifyFollower(
  sessions: Sessions,
  sessionId: string,
  { method, params }: ServerNotification,
): void {
  const session = sessions.get(sessionId);
  if (session) pushOrKeep(session, notificationText(method, params));
}

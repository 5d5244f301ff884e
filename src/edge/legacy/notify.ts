/** News from servers, on their way to sessions. */

import type { ServerNotification } from '../../model/calls.ts';
import { member, stringAt, whole } from '../../wire/envelope.ts';
import { notificationText } from '../../wire/message.ts';
import { NOTIFICATION } from '../../wire/methods.ts';
import type { Subscribers } from '../shared/subscriber.ts';
import type { Tasks } from '../shared/tasks.ts';
import { pushOrKeep, tellLog } from './push.ts';
import type { Sessions } from './sessions.ts';
import { tellUpdated } from './subscriptions.ts';

/** Passes on what a server said unasked: to whom it concerns, and to nobody else. */
export function tellNotification(
  sessions: Sessions,
  subscribers: Subscribers,
  tasks: Tasks,
  notification: ServerNotification,
): void {
  const { method, params, sessionId } = notification;
  if (method === NOTIFICATION.LOG_MESSAGE) tellLog(sessions, notification);
  else if (method === NOTIFICATION.RESOURCE_UPDATED) tellUpdated(subscribers, sessions, notification);
  else if (method === NOTIFICATION.TASK_STATUS) tellTask(sessions, tasks, notification);
  else {
    // Of a server that works for several clients nobody knows whom it means.
    const session = sessionId === undefined ? undefined : sessions.get(sessionId);
    if (session?.initialized) pushOrKeep(session, notificationText(method, params));
  }
}

/** To the session that began the task, which alone knows it. */
function tellTask(
  sessions: Sessions,
  tasks: Tasks,
  { serverName, method, params }: ServerNotification,
): void {
  const taskId = params && stringAt(params, member(params, whole(params), 'taskId'));
  if (taskId === undefined) return;
  for (const session of sessions.all())
    if (tasks.serverOf(session.caller.sessionId, taskId) === serverName)
      pushOrKeep(session, notificationText(method, params));
}

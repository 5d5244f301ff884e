/** Notifications of servers and of the catalog, on their way to sessions. */
import { LOCAL, type Principal } from '../../model/caller.ts';
import type { ServerNotification, TaskServer } from '../../model/calls.ts';
import type { CatalogChange } from '../../model/catalog-reader.ts';
import { member, stringAt, whole } from '../../wire/envelope.ts';
import { notificationText } from '../../wire/message.ts';
import { NOTIFICATION } from '../../wire/methods.ts';
import { ANONYMOUS } from '../auth/auth.ts';
import { severityOf } from '../shared/log-levels.ts';
import type { Views } from '../shared/views.ts';
import { pushDue, pushOrCall, pushOrKeep } from './push.ts';
import type { Sees, Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** Passes a notification on to the sessions that it is for. */
export function notifySessions(
  sessions: Sessions,
  taskServer: TaskServer,
  notification: ServerNotification,
  sees: Sees,
): void {
  const { serverName, method, params, sessionId } = notification;
  if (method === NOTIFICATION.LOG_MESSAGE) notifyOfLog(sessions, notification, sees);
  else if (method === NOTIFICATION.TASK_STATUS) notifyOfTask(sessions, taskServer, notification, sees);
  else {
    // A server that works for several clients does not say whom any other notification is for.
    const session = sessionId === undefined ? undefined : sessions.get(sessionId);
    if (session?.initialized && sees(session, serverName))
      pushOrKeep(session, notificationText(method, params));
  }
}

/** Passes a notification about a followed resource on to one of its followers, if that is a session. */
export function notifyFollower(
  sessions: Sessions,
  sessionId: string,
  { serverName, method, params }: ServerNotification,
  sees: Sees,
): void {
  const session = sessions.get(sessionId);
  if (session && sees(session, serverName)) pushOrKeep(session, notificationText(method, params));
}

/**
 * Announces changed lists to every session that sees them; sessions without a stream learn it when they open
 * one.
 */
export function notifyOfChange(
  sessions: Sessions,
  change: CatalogChange,
  views: Pick<Views, 'changed'>,
): void {
  for (const session of sessions.all()) {
    const kinds = views.changed(change, session.scope, session.caller.access);
    if (!session.initialized || kinds.length === 0) continue;
    for (const kind of kinds) session.due.add(kind);
    pushDue(session);
  }
}

/** The session that began the task alone may hear of it. */
function notifyOfTask(
  sessions: Sessions,
  taskServer: TaskServer,
  { serverName, method, params }: ServerNotification,
  sees: Sees,
): void {
  const taskId = params && stringAt(params, member(params, whole(params), 'taskId'));
  if (taskId === undefined) return;
  for (const session of sessions.all())
    if (sees(session, serverName) && taskServer(session.caller, taskId) === serverName)
      pushOrKeep(session, notificationText(method, params));
}

/**
 * Log messages go to every session that sees the server and has not set a higher level, but never to another
 * person than the one whose calls the connection has carried.
 */
function notifyOfLog(sessions: Sessions, notification: ServerNotification, sees: Sees): void {
  const { serverName, method, params } = notification;
  if (!params) return;
  const severity = severityOf(stringAt(params, member(params, whole(params), 'level')));
  const message = notificationText(method, params);
  for (const session of sessions.all())
    if (
      session.initialized &&
      severity >= (session.logLevel ?? 0) &&
      isFor(session, notification) &&
      sees(session, serverName)
    )
      pushOrCall(session, serverName, message);
}

/** A notification with a session id comes from a process of that session's own. */
const isFor = ({ caller }: Session, { sessionId, users }: ServerNotification): boolean =>
  sessionId === undefined ? isOnlyUser(caller.principal, users) : sessionId === caller.sessionId;

/** Before the first call, a log message holds nothing of any client. */
function isOnlyUser(principal: Principal, users: ReadonlySet<Principal> = new Set()): boolean {
  for (const user of users) if (personOf(user) !== personOf(principal)) return false;
  return true;
}

/** Without authentication, all clients are the user who has started the gateway. */
const personOf = (principal: Principal): Principal => (principal === ANONYMOUS ? LOCAL : principal);

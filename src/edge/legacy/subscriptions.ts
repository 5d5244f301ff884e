/** Who wants to hear of which resource. Servers are asked once for each URI, however many sessions want it. */

import type { CallServer, Reply, ServerNotification } from '../../model/calls.ts';
import { member, stringAt, whole } from '../../wire/envelope.ts';
import { notificationText } from '../../wire/message.ts';
import { METHOD } from '../../wire/methods.ts';
import type { ClientRequest } from '../http/message.ts';
import type { Subscriber, Subscribers } from '../shared/subscriber.ts';
import { pushOrKeep } from './push.ts';
import type { Session, Sessions } from './sessions.ts';

/** A client that subscribes to everything it ever sees must not fill the memory. */
const MAX_SUBSCRIPTIONS = 10_000;

/** True for an `unsubscribe` that must not reach the server, since another session still wants the URI. */
export function isKeptByOthers(
  subscribers: Subscribers,
  session: Session,
  request: ClientRequest,
  serverName: string,
): boolean {
  if (request.method !== METHOD.RESOURCES_UNSUBSCRIBE) return false;
  const uri = uriOf(request.text, request.params);
  session.subscriptions.delete(uri);
  return isWanted(subscribers, uri, serverName);
}

const isWanted = (subscribers: Subscribers, uri: string, serverName: string): boolean =>
  [...subscribers()].some(({ subscriptions }) => subscriptions.get(uri) === serverName);

/**
 * Keeps what a `subscribe` asks for from now on, since the first update may come together with the answer. The returned function takes
 * that answer: what the server refuses is forgotten.
 */
export function noteSubscription(
  { subscriptions }: Session,
  request: ClientRequest,
  serverName: string,
): (reply: Reply) => void {
  if (request.method !== METHOD.RESOURCES_SUBSCRIBE) return NOTHING;
  const uri = uriOf(request.text, request.params);
  if (subscriptions.get(uri) === serverName || subscriptions.size >= MAX_SUBSCRIPTIONS) return NOTHING;
  subscriptions.set(uri, serverName);
  return ({ kind }) => {
    if (kind === 'error') subscriptions.delete(uri);
  };
}

const NOTHING = (): void => {};

/** Unsubscribes from what only this one, which is over, wanted. */
export function endSubscriptions(subscribers: Subscribers, call: CallServer, ended: Subscriber): void {
  const { caller, subscriptions } = ended;
  const held = [...subscriptions];
  subscriptions.clear();
  for (const [uri, serverName] of held) {
    if (isWanted(subscribers, uri, serverName)) continue;
    const params = Buffer.from(JSON.stringify({ uri }));
    call(serverName, { method: METHOD.RESOURCES_UNSUBSCRIBE, params }, caller);
  }
}

/** The URI told may be that of a part of what was subscribed to (server/resources, Subscriptions). */
export function tellUpdated(
  subscribers: Subscribers,
  sessions: Sessions,
  { serverName, method, params, sessionId }: ServerNotification,
): void {
  if (!params) return;
  const changed = uriOf(params, whole(params));
  const message = notificationText(method, params);
  for (const subscriber of subscribers()) {
    if (sessionId !== undefined && sessionId !== subscriber.caller.sessionId) continue;
    const concerns = [...subscriber.subscriptions].some(
      ([uri, owner]) => owner === serverName && isPart(changed, uri),
    );
    const session = concerns && sessions.get(subscriber.caller.sessionId);
    if (concerns) subscriber.tell?.(method, params);
    if (session) pushOrKeep(session, message);
  }
}

function isPart(changed: string, uri: string): boolean {
  if (!changed.startsWith(uri)) return false;
  return changed.length === uri.length || uri.endsWith('/') || '/?#'.includes(changed.charAt(uri.length));
}

function uriOf(text: Buffer, params: ClientRequest['params']): string {
  return stringAt(text, member(text, params, 'uri')) ?? '';
}

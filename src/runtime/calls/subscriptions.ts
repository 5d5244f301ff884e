/**
 * Layers for subscriptions to resources and tasks of servers. Callers that share a connection share its
 * subscriptions: a server is unsubscribed from a topic when its last follower leaves, and subscribed again
 * when it reconnects.
 */
import type { Caller } from '../../model/caller.ts';
import {
  type Call,
  type CallLayer,
  type CallRequest,
  type CallServer,
  type Reply,
  type ServerNotification,
  settled,
} from '../../model/calls.ts';
import type { Era } from '../../model/era.ts';
import { jsonText, toJson } from '../../model/text/json.ts';
import { RPC } from '../../wire/codes.ts';
import { member, stringAt, whole } from '../../wire/envelope.ts';
import { errorObject } from '../../wire/message.ts';
import { METHOD, NOTIFICATION } from '../../wire/methods.ts';
import type { UpstreamCalls } from '../upstream/upstream.ts';
import { type Topic, type TopicKind, type TopicLimits, TopicTable } from './topic-table.ts';

export interface Subscriptions {
  /**
   * Records followers; answers an `unsubscribe` itself while others follow the topic. Stands above isolation.
   */
  readonly follow: CallLayer;
  /** Notes which topics the shared connection is subscribed to. Stands below isolation. */
  readonly remember: CallLayer;
  /** Adds the followers to a notification about a topic; returns any other as it is. */
  withFollowers(notification: ServerNotification): ServerNotification;
  /** True if somebody follows a resource of the server. */
  isFollowed(serverName: string): boolean;
  /**
   * Ends all that the session follows. `call` sends the requests to servers of which nobody follows the topic
   * now.
   */
  endSession(sessionId: string, call: CallServer): void;
  /**
   * Subscribes a new shared connection to the topics of the one before.
   * @param era only to those that clients of this era follow
   */
  restore(serverName: string, upstream: UpstreamCalls, era?: Era): void;
  /** Unsubscribes a shared connection from the topics that clients of this era alone follow. */
  leave(serverName: string, upstream: UpstreamCalls, era: Era): void;
}

const RESOURCE: TopicKind = {
  subscribe: METHOD.RESOURCES_SUBSCRIBE,
  unsubscribe: METHOD.RESOURCES_UNSUBSCRIBE,
  notification: NOTIFICATION.RESOURCE_UPDATED,
  key: 'uri',
  isAbout: isPartOf,
};
const TASK: TopicKind = {
  subscribe: METHOD.TASKS_SUBSCRIBE,
  unsubscribe: METHOD.TASKS_UNSUBSCRIBE,
  notification: NOTIFICATION.TASK,
  key: 'taskId',
  isAbout: (changed, name) => changed === name,
};
const BY_METHOD = new Map(
  [RESOURCE, TASK].flatMap((it) => [it.subscribe, it.unsubscribe].map((m) => [m, it])),
);
const BY_NOTIFICATION = new Map([RESOURCE, TASK].map((it) => [it.notification, it]));
const EMPTY = jsonText('{}');

/** A client that subscribes to everything it ever sees must not fill the memory. */
const LIMITS: TopicLimits = { perCaller: 10_000, totalBytes: 64 * 1024 * 1024 };
/** Characters of a URI or a task id. */
const MAX_NAME = 8 * 1024;

/** @param servesLegacy true for a server with a shared connection for each era */
export function createSubscriptions(
  servesLegacy: (serverName: string) => boolean = () => false,
  limits = LIMITS,
): Subscriptions {
  const table = new TopicTable(limits);
  const eraOfConnection = (serverName: string, { era }: Caller): Era | undefined =>
    servesLegacy(serverName) ? era : undefined;
  return {
    follow: (next) => (serverName, request, caller) => {
      const kind = BY_METHOD.get(request.method);
      if (!kind) return next(serverName, request, caller);
      const name = nameIn(request.params, kind);
      const send = (): Call => next(serverName, request, caller);
      return request.method === kind.unsubscribe
        ? unfollow(table, { serverName, kind, name }, caller, eraOfConnection(serverName, caller), send)
        : follow(table, { serverName, kind, name }, caller, send);
    },
    remember: (next) => (serverName, request, caller) => {
      const call = next(serverName, request, caller);
      const kind = BY_METHOD.get(request.method);
      if (kind?.subscribe !== request.method) return call;
      const name = nameIn(request.params, kind);
      void call.reply.then((reply) => {
        if (reply.kind === 'error') return;
        const topic = table.find(serverName, kind, name);
        if (topic) topic.isShared = true;
        // The last follower may have left before the server answered.
        if (!topic || !isFollowedBy(topic, eraOfConnection(serverName, caller)))
          next(serverName, requestOf(kind.unsubscribe, kind, name), caller);
      });
      return call;
    },
    withFollowers: (notification) => withFollowers(table, notification, servesLegacy),
    isFollowed: (serverName) => table.of(serverName).some(({ kind }) => kind === RESOURCE),
    endSession(sessionId, call) {
      const { caller, topics } = table.removeSession(sessionId);
      if (!caller) return;
      for (const topic of topics) {
        const { serverName, kind, name, isShared } = topic;
        if (isShared && !isFollowedBy(topic, eraOfConnection(serverName, caller)))
          call(serverName, requestOf(kind.unsubscribe, kind, name), caller);
      }
    },
    restore(serverName, upstream, era) {
      for (const topic of table.of(serverName))
        if (topic.isShared && isFollowedBy(topic, era))
          upstream.call(requestOf(topic.kind.subscribe, topic.kind, topic.name));
    },
    leave(serverName, upstream, era) {
      for (const topic of table.of(serverName))
        if (topic.isShared && ofEra(topic, era).length === topic.followers.size)
          upstream.call(requestOf(topic.kind.unsubscribe, topic.kind, topic.name));
    },
  };
}

const refusal = (code: number, message: string): Reply => ({
  kind: 'error',
  json: errorObject(code, message),
});

const tooLong = ({ key }: TopicKind): Reply =>
  refusal(RPC.INVALID_PARAMS, `${key} is longer than ${MAX_NAME} characters`);

const FULL = refusal(
  RPC.SERVER_BUSY,
  'this client follows as many resources and tasks as it may: unsubscribe from some of them',
);

type TopicName = Pick<Topic, 'serverName' | 'kind' | 'name'>;

function follow(
  table: TopicTable,
  { serverName, kind, name }: TopicName,
  caller: Caller,
  send: () => Call,
): Call {
  if (name.length > MAX_NAME) return settled(tooLong(kind));
  // The first notification may arrive together with the answer.
  const added = table.add(serverName, kind, name, caller);
  if (added === 'full') return settled(FULL);
  const call = send();
  if (added === 'new')
    void call.reply.then((reply) => {
      if (reply.kind === 'error') table.remove(serverName, kind, name, caller.sessionId);
    });
  return call;
}

/**
 * Answers the request itself while others follow the topic.
 * @param era of the clients that share the caller's connection; undefined: both
 */
function unfollow(
  table: TopicTable,
  { serverName, kind, name }: TopicName,
  { sessionId }: Caller,
  era: Era | undefined,
  send: () => Call,
): Call {
  table.remove(serverName, kind, name, sessionId);
  const topic = table.find(serverName, kind, name);
  const isFollowed = topic !== undefined && isFollowedBy(topic, era);
  return isFollowed ? settled({ kind: 'result', json: EMPTY }) : send();
}

/** A connection of one caller's own speaks to that caller alone, also about topics that others follow. */
function withFollowers(
  table: TopicTable,
  notification: ServerNotification,
  servesLegacy: (serverName: string) => boolean,
): ServerNotification {
  const kind = BY_NOTIFICATION.get(notification.method);
  if (!kind) return notification;
  const { serverName, sessionId, params } = notification;
  const changed = nameIn(params, kind);
  const era = eraOf(notification, servesLegacy);
  const followers = new Set<string>();
  for (const topic of table.of(serverName))
    if (topic.kind === kind && kind.isAbout(changed, topic.name))
      for (const follower of ofEra(topic, era))
        if (sessionId === undefined || sessionId === follower) followers.add(follower);
  return { ...notification, followers };
}

/**
 * The URI in an update may be that of a part of the resource that was subscribed to (server/resources,
 * Subscriptions).
 */
function isPartOf(changed: string, uri: string): boolean {
  if (!changed.startsWith(uri)) return false;
  return changed.length === uri.length || uri.endsWith('/') || '/?#'.includes(changed.charAt(uri.length));
}

/** The era of the clients for which a notification on a shared connection is; undefined for both. */
function eraOf(
  { serverName, sessionId, era }: ServerNotification,
  servesLegacy: (serverName: string) => boolean,
): Era | undefined {
  return era ?? (sessionId === undefined && servesLegacy(serverName) ? 'modern' : undefined);
}

/** Session ids of the followers. @param era undefined for both */
const ofEra = ({ followers }: Topic, era: Era | undefined): readonly string[] =>
  [...followers].flatMap(([sessionId, its]) => (its === (era ?? its) ? [sessionId] : []));

const isFollowedBy = (topic: Topic, era: Era | undefined): boolean => ofEra(topic, era).length > 0;

const requestOf = (method: string, { key }: TopicKind, name: string): CallRequest => ({
  method,
  params: toJson({ [key]: name }),
});

const nameIn = (params: Buffer | undefined, { key }: TopicKind): string =>
  (params && stringAt(params, member(params, whole(params), key))) ?? '';

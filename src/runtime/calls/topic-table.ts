/** The topics (resources and tasks of servers) that callers follow, by server and by caller. */
import type { Caller } from '../../model/caller.ts';

/**
 * Topics that a server can be subscribed to: the methods, the notification, and the member that names the
 * topic in all of them.
 */
export interface TopicKind {
  readonly subscribe: string;
  readonly unsubscribe: string;
  readonly notification: string;
  readonly key: string;
  /** True if a notification that names `changed` is about the topic `name`. */
  isAbout(changed: string, name: string): boolean;
}

export interface Topic {
  readonly serverName: string;
  readonly kind: TopicKind;
  readonly name: string;
  /** Session ids. */
  readonly followers: Set<string>;
  /** The server's shared connection is subscribed to it. */
  isShared: boolean;
}

interface Follower {
  readonly caller: Caller;
  readonly topics: Set<Topic>;
}

export class TopicTable {
  readonly #maxPerCaller: number;
  readonly #byServer = new Map<string, Map<string, Topic>>();
  readonly #bySession = new Map<string, Follower>();

  constructor(maxPerCaller: number) {
    this.#maxPerCaller = maxPerCaller;
  }

  /** False if the caller follows the topic already, or follows as many as it may. */
  add(serverName: string, kind: TopicKind, name: string, caller: Caller): boolean {
    const follower = this.#bySession.get(caller.sessionId) ?? { caller, topics: new Set() };
    if (follower.topics.size >= this.#maxPerCaller) return false;
    const topic = this.find(serverName, kind, name) ?? newTopic(serverName, kind, name);
    if (follower.topics.has(topic)) return false;
    topic.followers.add(caller.sessionId);
    follower.topics.add(topic);
    this.#bySession.set(caller.sessionId, follower);
    const ofServer = this.#byServer.get(serverName) ?? new Map<string, Topic>();
    this.#byServer.set(serverName, ofServer.set(keyOf(kind, name), topic));
    return true;
  }

  /** The session no longer follows the topic. */
  remove(serverName: string, kind: TopicKind, name: string, sessionId: string): void {
    const topic = this.find(serverName, kind, name);
    const topics = this.#bySession.get(sessionId)?.topics;
    if (!topic || !topics?.delete(topic)) return;
    if (topics.size === 0) this.#bySession.delete(sessionId);
    this.#leave(topic, sessionId);
  }

  /** Ends everything that the session follows; returns the topics, and its caller if there are any. */
  removeSession(sessionId: string): { readonly caller?: Caller; readonly topics: Iterable<Topic> } {
    const follower = this.#bySession.get(sessionId);
    if (!follower) return { topics: [] };
    this.#bySession.delete(sessionId);
    for (const topic of follower.topics) this.#leave(topic, sessionId);
    return follower;
  }

  find(serverName: string, kind: TopicKind, name: string): Topic | undefined {
    return this.#byServer.get(serverName)?.get(keyOf(kind, name));
  }

  of(serverName: string): Topic[] {
    return [...(this.#byServer.get(serverName)?.values() ?? [])];
  }

  #leave(topic: Topic, sessionId: string): void {
    const { serverName, kind, name, followers } = topic;
    followers.delete(sessionId);
    if (followers.size > 0) return;
    const ofServer = this.#byServer.get(serverName);
    ofServer?.delete(keyOf(kind, name));
    if (ofServer?.size === 0) this.#byServer.delete(serverName);
  }
}

const newTopic = (serverName: string, kind: TopicKind, name: string): Topic => ({
  serverName,
  kind,
  name,
  followers: new Set(),
  isShared: false,
});

const keyOf = ({ key }: TopicKind, name: string): string => `${key} ${name}`;

/** The topics (resources and tasks of servers) that callers follow, by server and by caller. */
import type { Caller } from '../../model/caller.ts';
import { Shares } from '../../model/collections/shares.ts';
import type { Era } from '../../model/era.ts';

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
  /** Eras by session id. */
  readonly followers: Map<string, Era>;
  /** A connection that callers share is subscribed to it. */
  isShared: boolean;
}

interface Follower {
  readonly caller: Caller;
  readonly topics: Set<Topic>;
}

export interface TopicLimits {
  /** Topics of one caller. */
  readonly perCaller: number;
  /** What all topics take, of which one client may have half while it is alone. */
  readonly totalBytes: number;
}

/** What a topic takes besides its name. */
const ENTRY_BYTES = 500;

const bytesOf = (name: string): number => 2 * name.length + ENTRY_BYTES;

export class TopicTable {
  readonly #maxPerCaller: number;
  readonly #shares: Shares;
  readonly #byServer = new Map<string, Map<string, Topic>>();
  readonly #bySession = new Map<string, Follower>();

  constructor({ perCaller, totalBytes }: TopicLimits) {
    this.#maxPerCaller = perCaller;
    this.#shares = new Shares(totalBytes);
  }

  /** `known`: the caller follows the topic already. `full`: it, or its client, follows as much as it may. */
  add(serverName: string, kind: TopicKind, name: string, caller: Caller): 'new' | 'known' | 'full' {
    const follower = this.#bySession.get(caller.sessionId) ?? { caller, topics: new Set() };
    const topic = this.find(serverName, kind, name) ?? newTopic(serverName, kind, name);
    if (follower.topics.has(topic)) return 'known';
    if (follower.topics.size >= this.#maxPerCaller) return 'full';
    if (!this.#shares.take(caller.principal, bytesOf(name))) return 'full';
    topic.followers.set(caller.sessionId, caller.era);
    follower.topics.add(topic);
    this.#bySession.set(caller.sessionId, follower);
    const ofServer = this.#byServer.get(serverName) ?? new Map<string, Topic>();
    this.#byServer.set(serverName, ofServer.set(keyOf(kind, name), topic));
    return 'new';
  }

  /** The session no longer follows the topic. */
  remove(serverName: string, kind: TopicKind, name: string, sessionId: string): void {
    const topic = this.find(serverName, kind, name);
    const follower = this.#bySession.get(sessionId);
    if (!topic || !follower?.topics.delete(topic)) return;
    if (follower.topics.size === 0) this.#bySession.delete(sessionId);
    this.#leave(topic, follower.caller);
  }

  /** Ends everything that the session follows; returns the topics, and its caller if there are any. */
  removeSession(sessionId: string): { readonly caller?: Caller; readonly topics: Iterable<Topic> } {
    const follower = this.#bySession.get(sessionId);
    if (!follower) return { topics: [] };
    this.#bySession.delete(sessionId);
    for (const topic of follower.topics) this.#leave(topic, follower.caller);
    return follower;
  }

  find(serverName: string, kind: TopicKind, name: string): Topic | undefined {
    return this.#byServer.get(serverName)?.get(keyOf(kind, name));
  }

  of(serverName: string): Topic[] {
    return [...(this.#byServer.get(serverName)?.values() ?? [])];
  }

  #leave(topic: Topic, { sessionId, principal }: Caller): void {
    const { serverName, kind, name, followers } = topic;
    this.#shares.give(principal, bytesOf(name));
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
  followers: new Map(),
  isShared: false,
});

const keyOf = ({ key }: TopicKind, name: string): string => `${key} ${name}`;

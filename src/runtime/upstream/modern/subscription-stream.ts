/**
 * The one `subscriptions/listen` request of a connection, for everything that a server of the modern era may
 * notify of (2026-07-28, basic/patterns/subscriptions).
 */
import type { Reply } from '../../../model/calls.ts';
import type { Clock } from '../../../model/clock.ts';
import { durationText } from '../../../model/text/duration.ts';
import type { Json } from '../../../model/text/json.ts';
import { jsonText } from '../../../model/text/json.ts';
import { RPC } from '../../../wire/codes.ts';
import { member, whole } from '../../../wire/envelope.ts';
import { errorObject } from '../../../wire/message.ts';
import { NOTIFICATION } from '../../../wire/methods.ts';
import type { SentCall } from '../requests/calls.ts';
import { errorMessage } from '../requests/failures.ts';
import { readError } from '../requests/rpc-error.ts';
import { Backoff } from './backoff.ts';
import { subscriptionOf, withoutSubscription } from './meta.ts';
import { acknowledgedIn, namedIn, type StreamTopic } from './topics.ts';

export interface SubscriptionStreamOptions {
  readonly clock: Clock;
  readonly capabilities: Readonly<Record<string, unknown>>;
  /** Sends the request. Its reply is the end of the stream. */
  readonly open: (filter: object) => SentCall;
  /** Ends a subscription that this connection did not open; `id` is JSON text. */
  readonly end: (id: string) => void;
  /** A resource or a task has changed; `params` as clients may see them. */
  readonly onNotification: (method: string, params: Json) => void;
  /** Changes may have been missed while no stream was open: of the lists, and of these topics. */
  readonly onMissed: (topics: Iterable<StreamTopic>) => void;
  /** A remark for the server's log. */
  readonly note: (text: string) => void;
}

/** A listen request under way. Its filter never changes; a new request takes its place. */
interface Stream {
  readonly call: SentCall;
  readonly topics: ReadonlySet<StreamTopic>;
  readonly patience: { cancel(): void };
  /** Unix milliseconds. */
  readonly openedAt: number;
}

/** How long a server may take to acknowledge. */
const PATIENCE_MS = 10_000;
const LATE: Reply = {
  kind: 'error',
  json: errorObject(
    RPC.CALL_TIMEOUT,
    `the server did not acknowledge the subscription within ${durationText(PATIENCE_MS)}`,
  ),
};
const MAX_KNOWN = 10_000;
const DONE: Reply = { kind: 'result', json: jsonText('{}') };
const PASSED_ON: ReadonlySet<string> = new Set([NOTIFICATION.RESOURCE_UPDATED, NOTIFICATION.TASK]);

export class SubscriptionStream {
  readonly #options: SubscriptionStreamOptions;
  readonly #wanted = new Set<StreamTopic>();
  /** Ids of the connection's own subscriptions, past ones too, and of foreign ones that were ended. */
  readonly #known = new Set<string>();
  readonly #waiters = new Map<StreamTopic, ((reply: Reply) => void)[]>();
  readonly #backoff: Backoff;
  #live: Stream | undefined;
  #opening: Stream | undefined;
  /** The topics have changed since `#opening` was sent. */
  #isStale = false;
  #hasMissed = false;
  #isClosed = false;

  constructor(options: SubscriptionStreamOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.clock);
  }

  /**
   * Opens, replaces or ends the stream so that it covers what is wanted. While one is opening, the next one
   * waits.
   */
  start(): void {
    if (this.#isClosed || this.#backoff.isPending) return;
    this.#isStale = this.#opening !== undefined;
    if (this.#opening) return;
    const filter = { ...listsOf(this.#options.capabilities), ...namedIn(this.#wanted) };
    if (Object.keys(filter).length > 0) this.#open(filter);
    else this.#endLive();
  }

  /** Replies as `resources/subscribe` does, once the server has acknowledged the topic. Never rejects. */
  subscribe(topic: StreamTopic): Promise<Reply> {
    if (this.#live?.topics.has(topic)) return Promise.resolve(DONE);
    this.#wanted.add(topic);
    return new Promise((resolve) => {
      this.#waiters.set(topic, [...(this.#waiters.get(topic) ?? []), resolve]);
      if (this.#backoff.isPending)
        this.#settle([topic], refused('the server cannot be listened to at the moment'));
      else this.start();
    });
  }

  async unsubscribe(topic: StreamTopic): Promise<Reply> {
    if (this.#wanted.delete(topic)) this.start();
    return DONE;
  }

  /** Handles a notification that belongs to a subscription. False for any other, such as changes of lists. */
  handle(method: string, params: Json): boolean {
    const id = subscriptionOf(params);
    if (id !== undefined && !this.#known.has(id)) this.#endForeign(id);
    if (method === NOTIFICATION.ACKNOWLEDGED) this.#acknowledged(params);
    else if (PASSED_ON.has(method)) this.#passOn(method, params, id);
    else if (method === NOTIFICATION.CANCELLED) this.#cancelled(params);
    else return false;
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.#backoff.close();
    for (const stream of [this.#live, this.#opening]) stream?.patience.cancel();
    this.#settle([...this.#waiters.keys()], refused('the server is being stopped'));
  }

  #open(filter: object): void {
    const { clock } = this.#options;
    const topics = new Set(this.#wanted);
    const call = this.#options.open(filter);
    this.#known.add(String(call.id));
    const patience = clock.setTimeout(() => this.#late(stream), PATIENCE_MS);
    const stream: Stream = { call, topics, patience, openedAt: clock.now() };
    this.#opening = stream;
    void call.reply.then((reply) => this.#ended(stream, reply));
  }

  /** Gives up a request that the server has not acknowledged in time. */
  #late(stream: Stream): void {
    this.#ended(stream, LATE);
    stream.call.cancel('it was not acknowledged in time');
  }

  #endLive(): void {
    const stream = this.#live;
    this.#live = undefined;
    stream?.call.cancel('replaced');
  }

  #ended(stream: Stream, reply: Reply): void {
    stream.patience.cancel();
    if (this.#isClosed || (stream !== this.#live && stream !== this.#opening)) return;
    if (stream === this.#live) this.#live = undefined;
    else this.#openingFailed(stream, reply);
    this.#hasMissed ||= this.#live === undefined;
    if (isMissing(reply))
      this.#options.note(`changes of its lists are not followed: ${errorMessage(reply.json)}`);
    else this.#backoff.schedule(() => this.start(), stream.openedAt);
  }

  #openingFailed({ topics }: Stream, reply: Reply): void {
    this.#opening = undefined;
    this.#settle(topics, reply.kind === 'error' ? reply : refused('the server ended the subscription'));
  }

  #acknowledged(params: Json): void {
    const opened = this.#opening;
    if (!opened || subscriptionOf(params) !== String(opened.call.id)) return;
    const before = this.#live;
    this.#live = opened;
    this.#opening = undefined;
    opened.patience.cancel();
    before?.call.cancel('replaced');
    const { taken, left } = acknowledgedIn(params, opened.topics);
    this.#settle(taken, DONE);
    this.#settle(left, refused('the server does not notify of changes to this'));
    if (this.#hasMissed) this.#options.onMissed(taken);
    this.#hasMissed = false;
    if (this.#isStale) this.start();
  }

  /** Passes a change on, once: a stream that is being replaced sends the same again. */
  #passOn(method: string, params: Json, id: string | undefined): void {
    const isLive = id === undefined || (this.#live !== undefined && id === String(this.#live.call.id));
    if (isLive) this.#options.onNotification(method, withoutSubscription(params));
  }

  /** On stdio a server ends a subscription by a cancellation. */
  #cancelled(params: Json): void {
    const id = member(params, whole(params), 'requestId');
    const text = id && params.toString('latin1', id.start, id.end).replaceAll('"', '');
    for (const stream of [this.#live, this.#opening])
      if (stream && String(stream.call.id) === text) stream.call.cancel('the server has ended it');
  }

  /** A process that an earlier gateway was connected to still sends what that gateway subscribed to. */
  #endForeign(id: string): void {
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.add(id);
    this.#options.end(id);
  }

  /**
   * A refused topic that somebody waited for is no longer wanted; others are asked for again with the next
   * stream.
   */
  #settle(topics: Iterable<StreamTopic>, reply: Reply): void {
    for (const topic of topics) {
      const waiters = this.#waiters.get(topic) ?? [];
      this.#waiters.delete(topic);
      if (reply.kind === 'error' && waiters.length > 0) this.#wanted.delete(topic);
      for (const resolve of waiters) resolve(reply);
    }
  }
}

const isMissing = ({ kind, json }: Reply): boolean =>
  kind === 'error' && readError(json).code === RPC.METHOD_NOT_FOUND;

/** The members of a filter for the lists whose changes the server announces. */
function listsOf(capabilities: Readonly<Record<string, unknown>>): Record<string, true> {
  const declared = ['tools', 'prompts', 'resources'].filter(
    (name) => (capabilities[name] as { listChanged?: unknown } | null | undefined)?.listChanged === true,
  );
  return Object.fromEntries(declared.map((name) => [`${name}ListChanged`, true]));
}

const refused = (message: string): Reply => ({
  kind: 'error',
  json: errorObject(RPC.NOT_SUBSCRIBED, message),
});

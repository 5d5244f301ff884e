/** One `subscriptions/listen` for everything a modern server may tell (2026-07-28, basic/patterns/subscriptions). */

import type { Reply } from '../../../model/calls.ts';
import type { Clock } from '../../../model/clock.ts';
import { RPC } from '../../../wire/codes.ts';
import { member, whole } from '../../../wire/envelope.ts';
import { errorObject } from '../../../wire/message.ts';
import { NOTIFICATION } from '../../../wire/methods.ts';
import type { SentCall } from '../requests/calls.ts';
import { errorMessage } from '../requests/failures.ts';
import { readError } from '../requests/rpc-error.ts';
import { subscriptionOf, withoutSubscription } from './meta.ts';
import { namedIn, type Topic, takenOf } from './topics.ts';

const FIRST_PAUSE_MS = 1_000;
const LAST_PAUSE_MS = 60_000;
/** One that lasted that long is no sign of trouble when it ends: servers and proxies end them now and then. */
const STEADY_MS = 30_000;
const MAX_KNOWN = 10_000;
/** How long a server may take to acknowledge. */
const PATIENCE_MS = 10_000;

export interface ListenerOptions {
  readonly clock: Clock;
  readonly capabilities: Readonly<Record<string, unknown>>;
  /** Sends the request; its reply is the end of it. */
  readonly open: (notifications: object) => SentCall;
  /** Ends a subscription that is none of ours; `id` is JSON text. */
  readonly end: (id: string) => void;
  /** News of a resource or a task: `params` as clients may see them. */
  readonly onNews: (method: string, params: Buffer) => void;
  /** Something may have changed while nobody listened: the lists, and what is listened to again. */
  readonly onMissed: (topics: Iterable<Topic>) => void;
  readonly note: (text: string) => void;
}

export interface Listener {
  start(): void;
  /** Answers like `resources/subscribe`, once the server has taken it. */
  subscribe(topic: Topic): Promise<Reply>;
  unsubscribe(topic: Topic): Promise<Reply>;
  /** True for a notification that belongs to a subscription; lists that changed are somebody else's to look at. */
  take(method: string, params: Buffer): boolean;
  close(): void;
}

/** A listen request under way; its filter never changes, another one takes its place. */
interface Stream {
  readonly call: SentCall;
  readonly topics: ReadonlySet<Topic>;
  readonly patience: { cancel(): void };
  /** Unix milliseconds. */
  readonly since: number;
}

const DONE: Reply = { kind: 'result', json: Buffer.from('{}') };

export function createListener(options: ListenerOptions): Listener {
  const { clock, capabilities, onMissed, note } = options;
  const wanted = new Set<Topic>();
  /** Ids of subscriptions that are ours, or were, or have been ended as nobody's. */
  const known = new Set<string>();
  const waiting = new Map<Topic, ((reply: Reply) => void)[]>();
  let live: Stream | undefined;
  let opening: Stream | undefined;
  let isStale = false;
  let hasMissed = false;
  let pause = FIRST_PAUSE_MS;
  let retry: { cancel(): void } | undefined;
  let isClosed = false;

  /** Makes what is listened to what is wanted; while one is on its way, the newest wish waits for it. */
  function renew(): void {
    if (isClosed || retry) return;
    isStale = opening !== undefined;
    if (opening) return;
    const filter = { ...listsOf(capabilities), ...namedIn(wanted) };
    if (Object.keys(filter).length === 0) end(live);
    else open(filter);
  }

  function open(filter: object): void {
    const topics = new Set(wanted);
    const call = options.open(filter);
    known.add(String(call.id));
    const patience = clock.setTimeout(() => call.cancel('it was not acknowledged'), PATIENCE_MS);
    const stream: Stream = { call, topics, patience, since: clock.now() };
    opening = stream;
    void call.reply.then((reply) => ended(stream, reply));
  }

  function end(stream: Stream | undefined): void {
    if (stream === live) live = undefined;
    stream?.call.cancel('replaced');
  }

  function ended(stream: Stream, reply: Reply): void {
    stream.patience.cancel();
    if (isClosed || (stream !== live && stream !== opening)) return;
    if (stream === live) live = undefined;
    if (stream === opening) {
      opening = undefined;
      settle(stream.topics, reply.kind === 'error' ? reply : refused('the server ended the subscription'));
    }
    hasMissed ||= live === undefined;
    if (isMissing(reply)) note(`its changes are not heard of: ${errorMessage(reply.json)}`);
    else again(stream);
  }

  function again({ since }: Stream): void {
    if (clock.now() - since > STEADY_MS) pause = FIRST_PAUSE_MS;
    retry = clock.setTimeout(() => {
      retry = undefined;
      renew();
    }, pause);
    pause = Math.min(pause * 2, LAST_PAUSE_MS);
  }

  function settle(topics: ReadonlySet<Topic>, reply: Reply): void {
    for (const topic of topics) {
      const askers = waiting.get(topic) ?? [];
      waiting.delete(topic);
      if (reply.kind === 'error' && askers.length > 0) wanted.delete(topic);
      for (const answer of askers) answer(reply);
    }
  }

  /** A process that an earlier gateway talked to still sends what that one wanted. */
  function endStray(id: string): void {
    if (known.size >= MAX_KNOWN) known.clear();
    known.add(id);
    options.end(id);
  }

  function acknowledged(params: Buffer): void {
    if (!opening || subscriptionOf(params) !== String(opening.call.id)) return;
    const before = live;
    live = opening;
    opening = undefined;
    live.patience.cancel();
    before?.call.cancel('replaced');
    const { taken, left } = takenOf(params, live.topics);
    settle(taken, DONE);
    settle(left, refused('the server does not tell of changes of this'));
    if (hasMissed) onMissed(taken);
    hasMissed = false;
    if (isStale) renew();
  }

  function told(method: string, params: Buffer): void {
    // From one that is being replaced the same comes twice.
    const id = subscriptionOf(params);
    const isLive = id === undefined || (live !== undefined && id === String(live.call.id));
    if (isLive) options.onNews(method, withoutSubscription(params));
  }

  /** By this a server ends a subscription on stdio. */
  function cancelled(params: Buffer): void {
    const id = member(params, whole(params), 'requestId');
    const text = id && params.toString('latin1', id.start, id.end).replaceAll('"', '');
    for (const stream of [live, opening])
      if (stream && String(stream.call.id) === text) stream.call.cancel('the server has ended it');
  }

  return {
    start: renew,
    subscribe(topic) {
      if (live?.topics.has(topic)) return Promise.resolve(DONE);
      wanted.add(topic);
      return new Promise((resolve) => {
        waiting.set(topic, [...(waiting.get(topic) ?? []), resolve]);
        if (retry) settle(new Set([topic]), refused('the server cannot be listened to at the moment'));
        else renew();
      });
    },
    async unsubscribe(topic) {
      if (wanted.delete(topic)) renew();
      return DONE;
    },
    take(method, params) {
      const id = subscriptionOf(params);
      if (id !== undefined && !known.has(id)) endStray(id);
      if (method === NOTIFICATION.ACKNOWLEDGED) acknowledged(params);
      else if (NEWS.has(method)) told(method, params);
      else if (method === NOTIFICATION.CANCELLED) cancelled(params);
      else return false;
      return true;
    },
    close() {
      isClosed = true;
      retry?.cancel();
      for (const stream of [live, opening]) stream?.patience.cancel();
      const over = refused('the server is being stopped');
      settle(new Set(waiting.keys()), over);
    },
  };
}

const NEWS: ReadonlySet<string> = new Set([NOTIFICATION.RESOURCE_UPDATED, NOTIFICATION.TASK]);

const isMissing = ({ kind, json }: Reply): boolean =>
  kind === 'error' && readError(json).code === RPC.METHOD_NOT_FOUND;

/** Which lists the server says it can change. */
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

/**
 * The event streams of sessions by the ids of their events: how a client that lost its connection gets back
 * to one.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../model/clock.ts';
import { RPC } from '../../wire/codes.ts';
import type { Outgoing } from '../http/incoming.ts';
import { errorResponse } from '../http/message.ts';
import { type EventStream, openEventStream } from '../http/stream.ts';
import { REPLAY_LIMITS, type ReplayLimits, Replays } from './replays.ts';
import { ResumableStream, type Resumption } from './resumable-stream.ts';
import type { Session } from './session.ts';

export type Resumed =
  /** A GET stream, connected again; `isWhole` if the client has missed nothing. */
  | { readonly kind: 'listening'; readonly stream: ResumableStream; readonly isWhole: boolean }
  /** The answer to a POST. The stream ends by itself. */
  | { readonly kind: 'answer' }
  /** The answer to a POST, of which nothing is left to send. */
  | { readonly kind: 'over' }
  /** No such event id, or one of a GET stream that has been forgotten. */
  | { readonly kind: 'unknown' };

/**
 * True if streams of the session begin with an event without data. Older clients take that for a broken
 * message (2025-11-25 transports).
 */
export const isPrimed = ({ protocolVersion }: Session): boolean => protocolVersion >= '2025-11-25';

/** GET streams of a session that wait for their client to come back. */
const MAX_DISCONNECTED = 8;

/** The owner must close it. */
export class Resumptions {
  readonly #clock: Clock;
  readonly #limits: ReplayLimits;
  readonly #replays: Replays;
  /** Tells event ids of this gateway from those of one before a restart. */
  readonly #run = randomBytes(4).toString('hex');
  #sessions = 0;

  constructor(clock: Clock, limits: ReplayLimits = REPLAY_LIMITS) {
    this.#clock = clock;
    this.#limits = limits;
    this.#replays = new Replays(clock, limits);
  }

  /** Bytes kept for all sessions together. */
  get bytes(): number {
    return this.#replays.bytes;
  }

  /**
   * Makes the answer to a POST a stream. `requestId` is the JSON text of the request's id, absent for a
   * batch.
   */
  answer(session: Session, outgoing: Outgoing, requestId?: Buffer): EventStream {
    return this.#open(session, outgoing, 'post', requestId);
  }

  /** Opens a GET stream. */
  listen(session: Session, outgoing: Outgoing): ResumableStream {
    this.#forget(this.#of(session));
    return this.#open(session, outgoing, 'get');
  }

  /** Continues the stream that sent the event with that id, on this response. */
  resume(session: Session, outgoing: Outgoing, lastEventId: string): Resumed {
    const resumption = this.#of(session);
    this.#forget(resumption);
    const [, tag, name = '', digits] = EVENT_ID.exec(lastEventId) ?? [];
    if (tag !== resumption.tag) return { kind: 'unknown' };
    const seq = Number(digits);
    const stream = resumption.streams.get(name);
    if (stream?.has(seq)) {
      const isWhole = stream.connect(outgoing, seq);
      return isGet(name) ? { kind: 'listening', stream, isWhole } : { kind: 'answer' };
    }
    if (isGet(name)) return { kind: 'unknown' };
    const rest = resumption.events.after(name, seq);
    if (rest.length === 0) return { kind: 'over' };
    if (!openEventStream(outgoing).writeLast(rest)) outgoing.response.destroy();
    return { kind: 'answer' };
  }

  close(): void {
    this.#replays.close();
  }

  #of(session: Session): Resumption {
    session.resumption ??= {
      tag: `${this.#run}.${++this.#sessions}`,
      events: this.#replays.open(session.caller.principal),
      streams: new Map(),
      made: 0,
    };
    return session.resumption;
  }

  #open(session: Session, outgoing: Outgoing, kind: 'get' | 'post', requestId?: Buffer): ResumableStream {
    const resumption = this.#of(session);
    const name = `${kind}${++resumption.made}`;
    const stream = new ResumableStream({
      name,
      tag: resumption.tag,
      events: resumption.events,
      clock: this.#clock,
      isPrimed: isPrimed(session),
      tooLarge: (bytes) => errorResponse(RPC.SERVER_ERROR, tooLarge(bytes), undefined, requestId),
      onOver: () => void resumption.streams.delete(name),
    });
    resumption.streams.set(name, stream);
    stream.connect(outgoing, 0);
    return stream;
  }

  /** Ends GET streams whose clients do not come back. */
  #forget(resumption: Resumption): void {
    const waiting = disconnected(resumption);
    const excess = waiting.length - MAX_DISCONNECTED;
    for (const [index, stream] of waiting.entries())
      if (index < excess || stream.lostAt + this.#limits.ageMs <= this.#clock.now()) stream.end();
  }
}

/**
 * Keeps a message for the disconnected GET stream whose client is most likely to come back; false if there is
 * none.
 */
export function keepForLater({ resumption }: Session, message: Buffer): boolean {
  if (!resumption) return false;
  return disconnected(resumption)
    .reverse()
    .some((stream) => stream.send([message]));
}

/** GET streams without a connection, the oldest first. */
const disconnected = ({ streams }: Resumption): ResumableStream[] =>
  [...streams.values()].filter((it) => isGet(it.name) && !it.isConnected);

const EVENT_ID = /^([0-9a-f]+\.\d+)-((?:get|post)\d+)-(\d{1,15})$/;

const isGet = (name: string): boolean => name.startsWith('get');

const tooLarge = (bytes: number): string =>
  `the connection was lost while the answer of ${bytes} bytes was sent, which is too large to be kept`;

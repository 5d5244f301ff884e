/** The event streams of sessions by the ids of their events, and how a client that lost its connection gets back to one. */

import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../model/clock.ts';
import { RPC } from '../../wire/codes.ts';
import { errorResponse } from '../http/message.ts';
import { type EventStream, openEventStream } from '../http/stream.ts';
import { createReplays, REPLAY_LIMITS, type ReplayLimits, type SentEvents } from './replays.ts';
import { createResumable, type ResumableStream } from './resumable.ts';
import type { Session } from './sessions.ts';

/** What a session needs for it, from its first event stream on. */
export interface Resumption {
  readonly tag: string;
  readonly ring: SentEvents;
  /** Streams that are not over, by name, the newest last; with a connection or without. */
  readonly streams: Map<string, ResumableStream>;
  made: number;
}

export type Resumed =
  /** A GET stream, connected again; `isWhole` when nothing is missing in between. */
  | { readonly kind: 'listening'; readonly stream: ResumableStream; readonly isWhole: boolean }
  /** The answer to a POST: it ends by itself. */
  | { readonly kind: 'answer' }
  /** The answer to a POST, of which nothing is left to send. */
  | { readonly kind: 'over' }
  /** No such id, or a GET stream from too long ago. */
  | { readonly kind: 'unknown' };

export interface Resumptions {
  /** The answer to a POST becomes a stream; `requestId` is the JSON text of what it answers, absent for a batch. */
  answer(session: Session, response: ServerResponse, requestId?: Buffer): EventStream;
  /** A GET stream. */
  listen(session: Session, response: ServerResponse): ResumableStream;
  /** Goes on with the stream that sent the event of that id, on this response. */
  resume(session: Session, response: ServerResponse, lastEventId: string): Resumed;
  /** Bytes kept for all sessions together. */
  readonly bytes: number;
  close(): void;
}

/** Streams of this session begin with an event without data; older clients take that for a broken message (2025-11-25 transports). */
export const isPrimed = ({ protocolVersion }: Session): boolean => protocolVersion >= '2025-11-25';

/** GET streams of a session that wait for their client to come back. */
const MAX_WAITING = 8;

export function createResumptions(clock: Clock, limits: ReplayLimits = REPLAY_LIMITS): Resumptions {
  const replays = createReplays(clock, limits);
  /** Ids of another gateway, one before a restart, are told from ours. */
  const run = randomBytes(4).toString('hex');
  let sessions = 0;

  function of(session: Session): Resumption {
    session.resumption ??= {
      tag: `${run}.${++sessions}`,
      ring: replays.open(),
      streams: new Map(),
      made: 0,
    };
    return session.resumption;
  }

  function open(
    session: Session,
    response: ServerResponse,
    kind: 'get' | 'post',
    requestId?: Buffer,
  ): ResumableStream {
    const resumption = of(session);
    const name = `${kind}${++resumption.made}`;
    const stream = createResumable({
      name,
      tag: resumption.tag,
      ring: resumption.ring,
      clock,
      primes: isPrimed(session),
      tooLarge: (bytes) => errorResponse(RPC.SERVER_ERROR, tooLarge(bytes), undefined, requestId),
      onOver: () => void resumption.streams.delete(name),
    });
    resumption.streams.set(name, stream);
    stream.connect(response, 0);
    return stream;
  }

  /** Ends GET streams that nobody comes back to. */
  function forget({ streams }: Resumption): void {
    const waiting = [...streams.values()].filter((it) => isGet(it.name) && !it.isConnected());
    const tooMany = waiting.length - MAX_WAITING;
    for (const [index, stream] of waiting.entries())
      if (index < tooMany || stream.lostAt() + limits.age <= clock.now()) stream.end();
  }

  return {
    answer: (session, response, requestId) => open(session, response, 'post', requestId),
    listen(session, response) {
      forget(of(session));
      return open(session, response, 'get');
    },
    resume(session, response, lastEventId) {
      const resumption = of(session);
      forget(resumption);
      const [, tag, name = '', digits] = ID.exec(lastEventId) ?? [];
      if (tag !== resumption.tag) return { kind: 'unknown' };
      const seq = Number(digits);
      const stream = resumption.streams.get(name);
      if (stream?.has(seq)) {
        const isWhole = stream.connect(response, seq);
        return isGet(name) ? { kind: 'listening', stream, isWhole } : { kind: 'answer' };
      }
      const rest = resumption.ring.after(name, seq);
      if (isGet(name)) return { kind: 'unknown' };
      if (rest.length === 0) return { kind: 'over' };
      openEventStream(response).writeLast(rest);
      return { kind: 'answer' };
    },
    get bytes() {
      return replays.bytes;
    },
    close: () => replays.close(),
  };
}

/** For the GET stream whose client is most likely to come back; false when there is none. */
export function keepForLater({ resumption }: Session, message: Buffer): boolean {
  const waiting = [...(resumption?.streams.values() ?? [])].filter(
    (it) => isGet(it.name) && !it.isConnected(),
  );
  return waiting.reverse().some((stream) => stream.send([message]));
}

const ID = /^([0-9a-f]+\.\d+)-((?:get|post)\d+)-(\d{1,15})$/;

const isGet = (name: string): boolean => name.startsWith('get');

const tooLarge = (bytes: number): string =>
  `the connection was lost while the answer of ${bytes} bytes was sent, which is too large to be kept`;

/**
 * One event stream towards a client of the legacy era, which outlives its connections: what is sent while there is none is kept,
 * and a client that comes back gets it (2025-11-25 transports, Resumability and Redelivery).
 */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../model/clock.ts';
import { type Connection, type EventStream, eventOf, openEventStream } from '../http/stream.ts';
import type { SentEvents, Source } from './replays.ts';

export interface ResumableStream extends EventStream {
  readonly name: string;
  isConnected(): boolean;
  /** Unix milliseconds at which the last connection was lost; without meaning while there is one. */
  lostAt(): number;
  /** Whether it can have sent an event of that number. */
  has(seq: number): boolean;
  /** From now on it is written to that response, what came after `seq` first. False when not all of that is kept any more. */
  connect(response: ServerResponse, seq: number): boolean;
}

interface Options {
  /** Unique in the session. */
  readonly name: string;
  /** Stands before it in the ids of events, and tells sessions apart. */
  readonly tag: string;
  readonly ring: SentEvents;
  readonly clock: Clock;
  /** The client's version has events without data, which tell it from where it can resume. */
  readonly primes: boolean;
  /** Kept in place of a last message that is too large for that. */
  readonly tooLarge: (bytes: number) => readonly Buffer[];
  /** Nothing is sent on it any more. */
  readonly onOver: () => void;
}

/** Whoever is waited for may be without connection for that long (ms). */
export const GRACE = 30_000;
/** Milliseconds after which a client should come back that has lost its connection. */
const RETRY = 1_000;

export function createResumable({
  name,
  tag,
  ring,
  clock,
  primes,
  tooLarge,
  onOver,
}: Options): ResumableStream {
  const source: Source = { name, lost: 0 };
  let listeners: (() => void)[] = [];
  let connection: Connection | undefined;
  let lostAt = 0;
  let seq = 0;
  let isOver = false;
  let grace: { cancel(): void } | undefined;

  const live = (): Connection | undefined => (connection?.isOver() ? undefined : connection);
  const nextId = (): string => {
    seq += 1;
    return `${tag}-${name}-${seq}`;
  };
  /** There is a timer only where somebody waits for the client. */
  const expectReturn = (): void => {
    if (isOver || live() || listeners.length === 0) return;
    grace ??= clock.setTimeout(() => {
      for (const listener of listeners) listener();
    }, GRACE);
  };
  const finish = (): void => {
    isOver = true;
    grace?.cancel();
    listeners = [];
    onOver();
  };
  const onClose = (closed: Connection): void => {
    if (connection !== closed) return;
    connection = undefined;
    lostAt = clock.now();
    expectReturn();
  };
  /** Keeps an event, or what stands in its place when it is too large, and gives it back to be written. */
  const kept = (event: readonly Buffer[], instead?: () => readonly Buffer[]): readonly Buffer[] => {
    const whole = ring.takes(sizeOf(event)) ? joined(event) : undefined;
    if (whole) ring.keep(source, seq, whole);
    else if (instead) ring.keep(source, seq, joined(instead()));
    else source.lost = seq;
    return whole ? [whole] : event;
  };

  return {
    name,
    isConnected: () => live() !== undefined,
    lostAt: () => lostAt,
    has: (number) => number <= seq,
    connect(response, after) {
      grace?.cancel();
      grace = undefined;
      connection?.drop();
      const made = openEventStream(response);
      connection = made;
      lostAt = clock.now();
      response.once('close', () => onClose(made));
      const missed = ring.after(name, after);
      made.write(missed);
      if (primes && missed.length === 0)
        made.write([Buffer.from(`id: ${nextId()}\nretry: ${RETRY}\ndata: \n\n`)]);
      return after >= source.lost;
    },
    send(message) {
      const to = live();
      if (isOver || to?.lags()) return false;
      const event = kept(eventOf(message, nextId()));
      to?.write(event);
      return to !== undefined || source.lost < seq;
    },
    sendLast(message) {
      if (isOver) return;
      const id = nextId();
      const event = eventOf(message, id);
      const whole = kept(event, () => eventOf(tooLarge(sizeOf(event)), id));
      live()?.writeLast(whole);
      finish();
    },
    keepAlive: () => live()?.keepAlive(),
    end() {
      live()?.end();
      finish();
    },
    drop: () => live()?.drop(),
    onGone(listener) {
      listeners.push(listener);
      expectReturn();
    },
  };
}

const sizeOf = (parts: readonly Buffer[]): number => parts.reduce((sum, { length }) => sum + length, 0);

/** In memory of its own: a piece of a larger buffer would keep all of that. */
function joined(parts: readonly Buffer[]): Buffer {
  const whole = Buffer.allocUnsafeSlow(sizeOf(parts));
  let at = 0;
  for (const part of parts) at += part.copy(whole, at);
  return whole;
}

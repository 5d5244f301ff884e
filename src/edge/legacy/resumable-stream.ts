/**
 * An event stream to a legacy client, which outlives its connections: events that are sent while there is
 * none are kept, and sent when the client comes back (2025-11-25 transports, Resumability and Redelivery).
 */
import type { Clock } from '../../model/clock.ts';
import type { Outgoing } from '../http/incoming.ts';
import { type Connection, type EventStream, eventOf, openEventStream } from '../http/stream.ts';
import type { SentEvents, Source } from './replays.ts';

export interface ResumableStreamOptions {
  /** Unique in the session. */
  readonly name: string;
  /** First part of its event ids; tells sessions apart. */
  readonly tag: string;
  readonly events: SentEvents;
  readonly clock: Clock;
  /** The stream begins with an event without data, whose id the client can come back with. */
  readonly isPrimed: boolean;
  /** The message that replaces a last message which is too large to be kept. */
  readonly tooLarge: (bytes: number) => readonly Buffer[];
  /** Called when nothing more will be sent on the stream. */
  readonly onOver: () => void;
}

/** The resumable streams of one session. */
export interface Resumption {
  /** First part of the session's event ids. */
  readonly tag: string;
  readonly events: SentEvents;
  /** Streams that are not over, connected or not, by name; the newest last. */
  readonly streams: Map<string, ResumableStream>;
  /** Streams made so far. */
  made: number;
}

/** How long a client that others wait for may be without a connection. */
const RETURN_TIMEOUT_MS = 30_000;
/** After how long a client that has lost its connection should come back. */
const RETRY_MS = 1_000;

export class ResumableStream implements EventStream {
  readonly name: string;
  readonly #options: ResumableStreamOptions;
  readonly #source: Source;
  #listeners: (() => void)[] = [];
  #connection: Connection | undefined;
  #lostAt = 0;
  /** Number of the newest event. */
  #seq = 0;
  #isOver = false;
  #returnTimer: { cancel(): void } | undefined;

  constructor(options: ResumableStreamOptions) {
    this.name = options.name;
    this.#options = options;
    this.#source = { name: options.name, lost: 0 };
  }

  get isConnected(): boolean {
    return this.#live !== undefined;
  }

  /** Unix milliseconds at which the last connection was lost; without meaning while there is one. */
  get lostAt(): number {
    return this.#lostAt;
  }

  /** True if the stream can have sent an event with that number. */
  has(seq: number): boolean {
    return seq <= this.#seq;
  }

  /**
   * Moves the stream to that response, events after `seq` first. False if not all of those are kept any more.
   */
  connect(outgoing: Outgoing, seq: number): boolean {
    this.#returnTimer?.cancel();
    this.#returnTimer = undefined;
    this.#connection?.drop();
    const connection = openEventStream(outgoing);
    this.#connection = connection;
    this.#lostAt = this.#options.clock.now();
    outgoing.response.once('close', () => this.#disconnected(connection));
    const missed = this.#options.events.after(this.name, seq);
    connection.write(missed);
    if (this.#options.isPrimed && missed.length === 0)
      connection.write([Buffer.from(`id: ${this.#nextId()}\nretry: ${RETRY_MS}\ndata: \n\n`)]);
    return seq >= this.#source.lost;
  }

  send(message: readonly Buffer[]): boolean {
    const connection = this.#live;
    if (this.#isOver || connection?.lags()) return false;
    const event = this.#keep(eventOf(message, this.#nextId()));
    connection?.write(event);
    return connection !== undefined || this.#source.lost < this.#seq;
  }

  sendLast(message: readonly Buffer[], instead?: () => readonly Buffer[]): void {
    if (this.#isOver) return;
    const id = this.#nextId();
    const event = eventOf(message, id);
    const kept = this.#keep(event, () => eventOf(this.#options.tooLarge(sizeOf(event)), id));
    const live = this.#live;
    if (live && !live.writeLast(kept) && instead) live.writeLast(eventOf(instead(), id));
    this.#finish();
  }

  keepAlive(): void {
    this.#live?.keepAlive();
  }

  end(): void {
    this.#live?.end();
    this.#finish();
  }

  drop(): void {
    this.#live?.drop();
  }

  onGone(listener: () => void): void {
    this.#listeners.push(listener);
    this.#expectReturn();
  }

  get #live(): Connection | undefined {
    return this.#connection?.isOver() ? undefined : this.#connection;
  }

  #nextId(): string {
    this.#seq += 1;
    return `${this.#options.tag}-${this.name}-${this.#seq}`;
  }

  #disconnected(connection: Connection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#lostAt = this.#options.clock.now();
    this.#expectReturn();
  }

  /** A timer runs only if somebody waits for the client. */
  #expectReturn(): void {
    if (this.#isOver || this.#live || this.#listeners.length === 0) return;
    this.#returnTimer ??= this.#options.clock.setTimeout(() => {
      for (const listener of this.#listeners) listener();
    }, RETURN_TIMEOUT_MS);
  }

  #finish(): void {
    this.#isOver = true;
    this.#returnTimer?.cancel();
    this.#listeners = [];
    this.#options.onOver();
  }

  /** Keeps the event, or `instead` if the event is too large, and returns the event to be written. */
  #keep(event: readonly Buffer[], instead?: () => readonly Buffer[]): readonly Buffer[] {
    const { events } = this.#options;
    const whole = events.takes(sizeOf(event)) ? joined(event) : undefined;
    if (whole) events.keep(this.#source, this.#seq, whole);
    else if (instead) events.keep(this.#source, this.#seq, joined(instead()));
    else this.#source.lost = this.#seq;
    return whole ? [whole] : event;
  }
}

const sizeOf = (parts: readonly Buffer[]): number => parts.reduce((sum, { length }) => sum + length, 0);

/** Copies into memory of its own: a slice would keep the whole buffer that it is a part of. */
function joined(parts: readonly Buffer[]): Buffer {
  const whole = Buffer.allocUnsafeSlow(sizeOf(parts));
  let at = 0;
  for (const part of parts) at += part.copy(whole, at);
  return whole;
}

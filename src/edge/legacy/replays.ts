/**
 * Events sent to sessions, kept for a while for clients that lose their connection (2025-11-25 transports,
 * Resumability).
 */
import type { Clock } from '../../model/clock.ts';
import { Ring } from '../../model/collections/ring.ts';

/** The stream that an event belongs to. */
export interface Source {
  /** Unique in its session. */
  readonly name: string;
  /** Number of the newest of its events that is no longer kept; 0 for none. */
  lost: number;
}

/** The kept events of one session. */
export interface SentEvents {
  /** True if an event of that many bytes can be kept. */
  takes(bytes: number): boolean;
  /** Keeps one event, in place of older ones if there is no room. */
  keep(source: Source, seq: number, event: Buffer): void;
  /** The kept events of that source after `seq`, the oldest first. */
  after(name: string, seq: number): readonly Buffer[];
  /** Drops everything; from now on nothing is kept. */
  close(): void;
}

/** `events` and `bytes` are limits of one session, `totalBytes` is that of all. */
export interface ReplayLimits {
  readonly events: number;
  readonly bytes: number;
  readonly totalBytes: number;
  readonly ageMs: number;
}

export const REPLAY_LIMITS: ReplayLimits = {
  events: 256,
  bytes: 4 * 1024 * 1024,
  totalBytes: 64 * 1024 * 1024,
  ageMs: 300_000,
};

interface Kept {
  readonly source: Source;
  readonly seq: number;
  readonly event: Buffer;
  /** Unix milliseconds. */
  readonly until: number;
}

const SWEEPS_PER_AGE = 5;

/** The owner must close it. */
export class Replays {
  readonly #clock: Clock;
  readonly #limits: ReplayLimits;
  /** Rings that hold something, in the order in which they last got an event. */
  readonly #filled = new Set<Ring<Kept>>();
  #bytes = 0;
  #sweepTimer: { cancel(): void } | undefined;

  constructor(clock: Clock, limits: ReplayLimits = REPLAY_LIMITS) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Bytes of all sessions together. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The caller must close the result. */
  open(): SentEvents {
    const ring = this.#newRing();
    const maxBytes = Math.min(this.#limits.bytes, this.#limits.totalBytes);
    let isClosed = false;
    const takes = (bytes: number): boolean => !isClosed && bytes <= maxBytes;
    return {
      takes,
      keep: (source, seq, event) => {
        if (takes(event.length)) this.#keep(ring, source, seq, event);
        else source.lost = seq;
      },
      after(name, seq) {
        const kept = ring.after(0).filter((it) => it.source.name === name && it.seq > seq);
        return kept.map(({ event }) => event);
      },
      close() {
        isClosed = true;
        ring.clear();
      },
    };
  }

  close(): void {
    this.#sweepTimer?.cancel();
  }

  #newRing(): Ring<Kept> {
    const { events: maxItems, bytes: maxBytes } = this.#limits;
    const bytesOf = ({ event }: Kept): number => event.length;
    const ring: Ring<Kept> = new Ring({ maxItems, maxBytes, bytesOf }, ({ source, seq, event }) => {
      source.lost = Math.max(source.lost, seq);
      this.#bytes -= event.length;
      if (ring.size === 0) this.#filled.delete(ring);
    });
    return ring;
  }

  /**
   * The rings that have been still for longest make room, and the ring itself with all events but the new
   * one.
   */
  #keep(ring: Ring<Kept>, source: Source, seq: number, event: Buffer): void {
    const { totalBytes, ageMs } = this.#limits;
    this.#bytes += event.length;
    ring.push({ source, seq, event, until: this.#clock.now() + ageMs });
    for (const other of this.#filled)
      while (this.#bytes > totalBytes && other.size > (other === ring ? 1 : 0)) other.shift();
    this.#filled.delete(ring);
    this.#filled.add(ring);
    this.#sweepTimer ??= this.#scheduleSweep();
  }

  #scheduleSweep(): { cancel(): void } {
    return this.#clock.setTimeout(() => {
      const now = this.#clock.now();
      for (const ring of this.#filled)
        while ((ring.oldest?.until ?? Number.POSITIVE_INFINITY) <= now) ring.shift();
      this.#sweepTimer = this.#filled.size > 0 ? this.#scheduleSweep() : undefined;
    }, this.#limits.ageMs / SWEEPS_PER_AGE);
  }
}

/**
 * Events sent to sessions, kept for a while for clients that lose their connection (2025-11-25 transports,
 * Resumability).
 */
import type { Principal } from '../../model/caller.ts';
import type { Clock } from '../../model/clock.ts';
import { Ring } from '../../model/collections/ring.ts';
import { Shares } from '../../model/collections/shares.ts';

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

/**
 * `events` and `bytes` are limits of one session, `totalBytes` is that of one client while it is alone. All
 * clients together may have twice as much.
 */
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
  readonly #filled = new Map<Ring<Kept>, Principal>();
  readonly #shares: Shares;
  #sweepTimer: { cancel(): void } | undefined;

  constructor(clock: Clock, limits: ReplayLimits = REPLAY_LIMITS) {
    this.#clock = clock;
    this.#limits = limits;
    // They only count: see #isOver.
    this.#shares = new Shares(Number.POSITIVE_INFINITY);
  }

  /** Bytes of all sessions together. */
  get bytes(): number {
    return this.#shares.total;
  }

  /** The caller must close the result. @param owner the client of the session */
  open(owner: Principal = ''): SentEvents {
    const ring = this.#newRing(owner);
    const maxBytes = Math.min(this.#limits.bytes, this.#limits.totalBytes);
    let isClosed = false;
    const takes = (bytes: number): boolean => !isClosed && bytes <= maxBytes;
    return {
      takes,
      keep: (source, seq, event) => {
        if (takes(event.length)) this.#keep(ring, owner, { source, seq, event, until: this.#expiry });
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

  get #expiry(): number {
    return this.#clock.now() + this.#limits.ageMs;
  }

  #newRing(owner: Principal): Ring<Kept> {
    const { events: maxItems, bytes: maxBytes } = this.#limits;
    const bytesOf = ({ event }: Kept): number => event.length;
    const ring: Ring<Kept> = new Ring({ maxItems, maxBytes, bytesOf }, ({ source, seq, event }) => {
      source.lost = Math.max(source.lost, seq);
      this.#shares.give(owner, event.length);
      if (ring.size === 0) this.#filled.delete(ring);
    });
    return ring;
  }

  /**
   * The client's rings that have been still for longest make room, and the ring itself with all events but
   * the new one.
   */
  #keep(ring: Ring<Kept>, owner: Principal, kept: Kept): void {
    this.#shares.add(owner, kept.event.length);
    ring.push(kept);
    for (const [other, principal] of this.#filled)
      while (principal === owner && this.#isOver(owner) && other.size > (other === ring ? 1 : 0))
        other.shift();
    this.#filled.delete(ring);
    this.#filled.set(ring, owner);
    this.#sweepTimer ??= this.#scheduleSweep();
  }

  #isOver(owner: Principal): boolean {
    return this.#shares.heldBy(owner) > 2 * this.#limits.totalBytes - this.#shares.total;
  }

  #scheduleSweep(): { cancel(): void } {
    return this.#clock.setTimeout(() => {
      const now = this.#clock.now();
      for (const ring of this.#filled.keys())
        while ((ring.oldest?.until ?? Number.POSITIVE_INFINITY) <= now) ring.shift();
      this.#sweepTimer = this.#filled.size > 0 ? this.#scheduleSweep() : undefined;
    }, this.#limits.ageMs / SWEEPS_PER_AGE);
  }
}

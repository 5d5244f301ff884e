/** Events that were sent to sessions, kept for a while for clients whose connection is lost (2025-11-25 transports, Resumability). */
import type { Clock } from '../../model/clock.ts';

/** Where an event belongs. */
export interface Source {
  /** Unique in its session. */
  readonly name: string;
  /** Number of the newest of its events that is no longer kept; 0 for none. */
  lost: number;
}

/** What one session has been sent, newest last. */
export interface Ring {
  /** Whether an event of that many bytes can be kept. */
  takes(bytes: number): boolean;
  /** Keeps one event, in place of older ones where room is needed. */
  keep(source: Source, seq: number, event: Buffer): void;
  /** What is kept of that source after `seq`, oldest first. */
  after(name: string, seq: number): readonly Buffer[];
  /** Lets go of everything, for good. */
  close(): void;
}

export interface Replays {
  open(): Ring;
  /** Of all sessions together. */
  readonly bytes: number;
  close(): void;
}

/** `events` and `bytes` of one session, `total` bytes of all, `age` in milliseconds. */
export interface ReplayLimits {
  readonly events: number;
  readonly bytes: number;
  readonly total: number;
  readonly age: number;
}

export const REPLAY_LIMITS: ReplayLimits = {
  events: 256,
  bytes: 4 * 1024 * 1024,
  total: 64 * 1024 * 1024,
  age: 300_000,
};

interface Kept {
  readonly source: Source;
  readonly seq: number;
  readonly event: Buffer;
  readonly until: number;
}

interface Contents {
  readonly kept: Kept[];
  bytes: number;
  isClosed: boolean;
}

export function createReplays(clock: Clock, limits: ReplayLimits = REPLAY_LIMITS): Replays {
  /** Those that hold something, in the order in which they last got something. */
  const filled = new Set<Contents>();
  let total = 0;
  let timer: { cancel(): void } | undefined;

  function dropOldest(ring: Contents): void {
    const dropped = ring.kept.shift();
    if (!dropped) return;
    dropped.source.lost = Math.max(dropped.source.lost, dropped.seq);
    ring.bytes -= dropped.event.length;
    total -= dropped.event.length;
    if (ring.kept.length === 0) filled.delete(ring);
  }

  function makeRoom(ring: Contents, size: number): void {
    while (ring.kept.length >= limits.events || ring.bytes + size > limits.bytes) dropOldest(ring);
    for (const other of filled)
      while (total + size > limits.total && other.kept.length > 0) dropOldest(other);
  }

  function sweep(): void {
    timer = undefined;
    const now = clock.now();
    for (const ring of filled)
      while ((ring.kept[0]?.until ?? Number.POSITIVE_INFINITY) <= now) dropOldest(ring);
    if (filled.size > 0) timer = clock.setTimeout(sweep, limits.age / 5);
  }

  const takes = (ring: Contents, size: number): boolean =>
    !ring.isClosed && size <= Math.min(limits.bytes, limits.total);

  function keep(ring: Contents, source: Source, seq: number, event: Buffer): void {
    if (!takes(ring, event.length)) {
      source.lost = seq;
      return;
    }
    makeRoom(ring, event.length);
    ring.kept.push({ source, seq, event, until: clock.now() + limits.age });
    ring.bytes += event.length;
    total += event.length;
    filled.delete(ring);
    filled.add(ring);
    timer ??= clock.setTimeout(sweep, limits.age / 5);
  }

  return {
    open() {
      const ring: Contents = { kept: [], bytes: 0, isClosed: false };
      return {
        takes: (bytes) => takes(ring, bytes),
        keep: (source, seq, event) => keep(ring, source, seq, event),
        after: (name, seq) =>
          ring.kept.filter((it) => it.source.name === name && it.seq > seq).map(({ event }) => event),
        close() {
          ring.isClosed = true;
          while (ring.kept.length > 0) dropOldest(ring);
        },
      };
    },
    get bytes() {
      return total;
    },
    close: () => timer?.cancel(),
  };
}

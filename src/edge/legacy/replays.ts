/** Events that were sent to sessions, kept for a while for clients whose connection is lost (2025-11-25 transports, Resumability). */
import type { Clock } from '../../model/clock.ts';
import { Ring } from '../../model/collections/ring.ts';

/** Where an event belongs. */
export interface Source {
  /** Unique in its session. */
  readonly name: string;
  /** Number of the newest of its events that is no longer kept; 0 for none. */
  lost: number;
}

/** What one session has been sent, newest last. */
export interface SentEvents {
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
  open(): SentEvents;
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

/** What is kept of one session. */
type Contents = Ring<Kept>;

export function createReplays(clock: Clock, limits: ReplayLimits = REPLAY_LIMITS): Replays {
  /** Sessions with kept events, in the order in which they last got one. */
  const filled = new Set<Contents>();
  let total = 0;
  let timer: { cancel(): void } | undefined;

  const bounds = {
    maxItems: limits.events,
    maxBytes: limits.bytes,
    bytesOf: ({ event }: Kept): number => event.length,
  };
  const newContents = (): Contents => {
    const contents: Contents = new Ring(bounds, ({ source, seq, event }) => {
      source.lost = Math.max(source.lost, seq);
      total -= event.length;
      if (contents.size === 0) filled.delete(contents);
    });
    return contents;
  };

  function sweep(): void {
    timer = undefined;
    const now = clock.now();
    for (const contents of filled)
      while ((contents.oldest?.until ?? Number.POSITIVE_INFINITY) <= now) contents.shift();
    if (filled.size > 0) timer = clock.setTimeout(sweep, limits.age / 5);
  }

  function keep(contents: Contents, source: Source, seq: number, event: Buffer): void {
    total += event.length;
    contents.push({ source, seq, event, until: clock.now() + limits.age });
    for (const other of filled)
      while (total > limits.total && other.size > (other === contents ? 1 : 0)) other.shift();
    filled.delete(contents);
    filled.add(contents);
    timer ??= clock.setTimeout(sweep, limits.age / 5);
  }

  return {
    open: () => sentEvents(newContents(), limits, keep),
    get bytes() {
      return total;
    },
    close: () => timer?.cancel(),
  };
}

function sentEvents(
  contents: Contents,
  limits: ReplayLimits,
  keep: (contents: Contents, source: Source, seq: number, event: Buffer) => void,
): SentEvents {
  let isClosed = false;
  const takes = (bytes: number): boolean => !isClosed && bytes <= Math.min(limits.bytes, limits.total);
  return {
    takes,
    keep(source, seq, event) {
      if (takes(event.length)) keep(contents, source, seq, event);
      else source.lost = seq;
    },
    after(name, seq) {
      const kept = contents.after(0).filter((it) => it.source.name === name && it.seq > seq);
      return kept.map(({ event }) => event);
    },
    close() {
      isClosed = true;
      contents.clear();
    },
  };
}

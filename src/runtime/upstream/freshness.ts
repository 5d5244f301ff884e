/**
 * When a list is to be read again because its `ttlMs` is over: at its next use, for it is no interval to poll at (2026-07-28,
 * server/utilities/caching, Freshness Calculation).
 */
import type { ListKind } from '../../model/catalog.ts';
import type { Clock } from '../../model/clock.ts';

/** However short its time, a list is not read more often than that; milliseconds. */
const LEAST_MS = 2_000;
/** Whoever wants the list waits for it that long, then it is served as it was; milliseconds. */
const PATIENCE_MS = 500;

export interface Freshness {
  /** Undefined while it may be served as it is, else resolves when it may. Never rejects. */
  freshen(kind: ListKind): Promise<void> | undefined;
  /** It was asked for just now; `ttlMs` as answered, undefined where there was none. */
  wasRead(kind: ListKind, ttlMs: number | undefined): void;
}

export interface FreshnessOptions {
  readonly clock: Clock;
  /** Whether the server says of itself when it changes. */
  readonly isTold: (kind: ListKind) => boolean;
  /** Reads it again now. Never rejects. */
  readonly renew: (kind: ListKind) => Promise<void>;
}

export function createFreshness({ clock, isTold, renew }: FreshnessOptions): Freshness {
  /** Unix milliseconds. */
  const staleAt = new Map<ListKind, number>();
  const waiting = new Map<ListKind, Promise<void>>();

  function begin(kind: ListKind): Promise<void> {
    // Until it is answered nobody asks again.
    staleAt.set(kind, Number.POSITIVE_INFINITY);
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = clock.setTimeout(resolve, PATIENCE_MS);
    void renew(kind).then(resolve);
    const moment = promise.then(() => {
      timer.cancel();
      waiting.delete(kind);
    });
    waiting.set(kind, moment);
    return moment;
  }

  return {
    freshen(kind) {
      const isStale = clock.now() >= (staleAt.get(kind) ?? Number.POSITIVE_INFINITY);
      return waiting.get(kind) ?? (isStale ? begin(kind) : undefined);
    },
    wasRead(kind, ttlMs) {
      // One that tells of changes and gives no time means just that.
      if (ttlMs === undefined || (ttlMs <= 0 && isTold(kind))) staleAt.delete(kind);
      else staleAt.set(kind, clock.now() + Math.max(ttlMs, LEAST_MS));
    },
  };
}

/**
 * Decides when a list is stale: once its `ttlMs` has passed, it is read again at its next use. A ttl is not
 * an interval to poll at (2026-07-28, server/utilities/caching, Freshness Calculation).
 */
import type { ListKind } from '../../model/catalog.ts';
import type { Clock } from '../../model/clock.ts';
import { waitFor } from '../../model/time/wait.ts';

/** A list is not read more often than this, however short its ttl. */
const SHORTEST_TTL_MS = 2_000;
/** How long a user of the list waits for the server. After that the old list is used. */
const PATIENCE_MS = 500;

export interface Revalidation {
  /** Undefined if the list may be used as it is; else resolves when it may. Never rejects. */
  revalidate(kind: ListKind): Promise<void> | undefined;
  /**
   * The list was read just now, with this `ttlMs`; undefined if the server gave none.
   * @param restMs the least time until it may be read again
   */
  wasRead(kind: ListKind, ttlMs: number | undefined, restMs: number): void;
}

export interface RevalidationOptions {
  readonly clock: Clock;
  /** True if the server announces changes of the list. */
  readonly isAnnounced: (kind: ListKind) => boolean;
  /** Reads the list again. Never rejects. */
  readonly reread: (kind: ListKind) => Promise<unknown>;
}

export function createRevalidation({ clock, isAnnounced, reread }: RevalidationOptions): Revalidation {
  /** Unix milliseconds. */
  const staleAt = new Map<ListKind, number>();
  const pending = new Map<ListKind, Promise<void>>();

  function begin(kind: ListKind): Promise<void> {
    // Until the server answers, nobody else asks it.
    staleAt.set(kind, Number.POSITIVE_INFINITY);
    const done = waitFor(reread(kind), { clock, ms: PATIENCE_MS }, () => {}).then(() => {
      pending.delete(kind);
    });
    pending.set(kind, done);
    return done;
  }

  return {
    revalidate(kind) {
      const isStale = clock.now() >= (staleAt.get(kind) ?? Number.POSITIVE_INFINITY);
      return pending.get(kind) ?? (isStale ? begin(kind) : undefined);
    },
    wasRead(kind, ttlMs, restMs) {
      // Without a ttl an announced list holds until it is announced as changed.
      if (ttlMs === undefined || (ttlMs <= 0 && isAnnounced(kind))) staleAt.delete(kind);
      else staleAt.set(kind, clock.now() + Math.max(ttlMs, SHORTEST_TTL_MS, restMs));
    },
  };
}

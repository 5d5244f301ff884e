/** Calls of each server since the last look, from the counts of the gateway, which only grow. */
import type { CallTally } from '../model/calls.ts';
import { LATENCY_BOUNDS_SECONDS } from '../model/watch/latency.ts';

/** What has happened since the last look. */
export interface CallCounts {
  readonly calls: number;
  readonly errors: number;
  readonly inFlight: number;
  /** Calls by duration. */
  readonly buckets: readonly number[];
}

interface Totals {
  readonly calls: number;
  readonly errors: number;
  readonly buckets: readonly number[];
}

const BUCKETS = LATENCY_BOUNDS_SECONDS.length + 1;

export class CallDeltas {
  readonly #last = new Map<string, Totals>();

  /** Undefined at the first look at a server. */
  next(serverName: string, tally: CallTally): CallCounts | undefined {
    const before = this.#last.get(serverName);
    const now = totalsOf(tally);
    this.#last.set(serverName, now);
    if (!before) return undefined;
    return {
      calls: now.calls - before.calls,
      errors: now.errors - before.errors,
      inFlight: tally.inFlight,
      buckets: now.buckets.map((count, bucket) => count - (before.buckets[bucket] ?? 0)),
    };
  }

  keep(serverNames: ReadonlySet<string>): void {
    for (const name of this.#last.keys()) if (!serverNames.has(name)) this.#last.delete(name);
  }
}

function totalsOf({ succeeded, failed, toolErrors, latencies }: CallTally): Totals {
  const buckets = new Array<number>(BUCKETS).fill(0);
  for (const { counts } of latencies.values())
    for (const [bucket, count] of counts.entries()) buckets[bucket] = (buckets[bucket] ?? 0) + count;
  return { calls: succeeded + failed, errors: failed + toolErrors, buckets };
}

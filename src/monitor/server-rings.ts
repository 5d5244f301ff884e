/** Everything that is kept of one server's figures. */
import { LATENCY_BOUNDS_SECONDS } from '../model/watch/latency.ts';
import type { Metric } from '../model/watch/series.ts';
import { MetricRings } from './metric-rings.ts';

/** Figures that are stored. Times of calls are kept as counts by duration, since quantiles have no mean. */
export type Stored = Exclude<Metric, 'p50' | 'p95'> | `bucket${number}`;

const BUCKETS = LATENCY_BOUNDS_SECONDS.length + 1;

export class ServerRings {
  readonly #rings = new Map<Stored, MetricRings>();

  get bytes(): number {
    return [...this.#rings.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** A figure that nobody has measured has no ring. @param at Unix milliseconds */
  add(figure: Stored, at: number, value: number): void {
    const rings = this.#rings.get(figure) ?? new MetricRings();
    this.#rings.set(figure, rings);
    rings.add(at, value);
  }

  /** Calls by duration; a bucket has no ring before the first call of its duration. */
  addCalls(at: number, counts: readonly number[]): void {
    for (const [bucket, count] of counts.entries()) {
      const figure: Stored = `bucket${bucket}`;
      if (count > 0 || this.#rings.has(figure)) this.add(figure, at, count);
    }
  }

  /** The mean from `from` on and before `to`; undefined where nothing was measured. */
  mean(metric: Metric, from: number, to: number, ring: number): number | undefined {
    if (metric === 'p50') return this.quantile(0.5, from, to, ring);
    if (metric === 'p95') return this.quantile(0.95, from, to, ring);
    return known(this.#rings.get(metric)?.mean(from, to, ring));
  }

  /** The newest value that is not older than `withinMs`. */
  newest(metric: Stored, now: number, withinMs: number): number | undefined {
    return known(this.#rings.get(metric)?.newest(now, withinMs));
  }

  /** What was counted per second from `from` on and before `to`; undefined where nothing was. */
  sum(metric: Stored, from: number, to: number, ring: number): number | undefined {
    return known(this.#rings.get(metric)?.sum(from, to, ring));
  }

  /** Milliseconds within which a share of the calls had their reply; undefined without calls. */
  quantile(share: number, from: number, to: number, ring: number): number | undefined {
    const counts = Array.from(
      { length: BUCKETS },
      (_, bucket) => known(this.#rings.get(`bucket${bucket}`)?.sum(from, to, ring)) ?? 0,
    );
    return quantileOf(counts, share);
  }
}

const known = (value: number | undefined): number | undefined =>
  value === undefined || Number.isNaN(value) ? undefined : value;

/** Milliseconds, evenly distributed within a bucket; undefined without calls. */
export function quantileOf(counts: readonly number[], share: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let before = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && before + count >= total * share) {
      const low = LATENCY_BOUNDS_SECONDS[bucket - 1] ?? 0;
      const high = LATENCY_BOUNDS_SECONDS[bucket] ?? low;
      return (low + (high - low) * ((total * share - before) / count)) * 1_000;
    }
    before += count;
  }
  return (LATENCY_BOUNDS_SECONDS.at(-1) as number) * 1_000;
}

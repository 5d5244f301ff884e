/** Points of one server's figures over a range of time. */
import { METRICS, type SeriesQuery, type ServerSeries } from '../model/watch/series.ts';
import { RINGS, ringFor } from './metric-rings.ts';
import type { ServerRings } from './server-rings.ts';

const USUAL_POINTS = 300;
const MAX_POINTS = 1_000;

/** @param rings undefined for a server of which nothing is known @param now Unix milliseconds */
export function seriesOf(rings: ServerRings | undefined, query: SeriesQuery, now: number): ServerSeries {
  const { metrics, rangeMs, stepMs: wanted = rangeMs / USUAL_POINTS } = query;
  const ring = ringFor(rangeMs, wanted);
  const least = Math.max(wanted, rangeMs / MAX_POINTS);
  const own = RINGS[ring]?.stepMs ?? 1_000;
  const stepMs = Math.ceil(least / own) * own;
  const count = Math.max(1, Math.ceil(rangeMs / stepMs));
  const from = (Math.floor(now / stepMs) - count + 1) * stepMs;
  const times = Array.from({ length: count }, (_, index) => from + index * stepMs);
  const series = metrics.map((metric) => ({
    metric,
    unit: METRICS[metric],
    values: times.map((at) => rings?.mean(metric, at, at + stepMs, ring) ?? null),
  }));
  return { from, stepMs, series };
}

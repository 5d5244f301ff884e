/** Figures of servers over time, as the operation `server_series` answers and the manager shows them. */

/** What is sampled, each with its unit. */
export const METRICS = {
  /** 100 is one core. */
  cpu: '%',
  memory: 'bytes',
  memoryLimit: 'bytes',
  received: 'bytes/s',
  sent: 'bytes/s',
  read: 'bytes/s',
  written: 'bytes/s',
  pids: 'processes',
  calls: 'calls/s',
  /** Calls that failed: errors, and results by which a tool says that it failed. */
  errors: 'calls/s',
  p50: 'ms',
  p95: 'ms',
  inFlight: 'calls',
} as const;

export type Metric = keyof typeof METRICS;

export const METRIC_NAMES = Object.keys(METRICS) as Metric[];

export interface SeriesQuery {
  readonly serverName: string;
  readonly metrics: readonly Metric[];
  /** Back from now. */
  readonly rangeMs: number;
  /** Least time between two points; absent: as fine as 300 points allow. */
  readonly stepMs?: number | undefined;
}

/** Points of one metric at the times of the answer; null where nothing was measured. */
export interface MetricSeries {
  readonly metric: Metric;
  readonly unit: string;
  readonly values: readonly (number | null)[];
}

export interface ServerSeries {
  /** Unix milliseconds of the first point. */
  readonly from: number;
  /** Between two points. */
  readonly stepMs: number;
  readonly series: readonly MetricSeries[];
}

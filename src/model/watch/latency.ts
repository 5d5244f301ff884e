/** Durations of calls, counted in buckets. */

/** Upper bounds of the buckets: those of OpenTelemetry for MCP, and smaller ones for local servers. */
export const LATENCY_BOUNDS_SECONDS = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300,
] as const;

export interface Latency {
  /** By bucket, each without the smaller ones; the last one has no bound. */
  readonly counts: readonly number[];
  readonly seconds: number;
}

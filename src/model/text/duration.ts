/** Durations in sentences. */

/** `500 ms`, `1.5 s`, `60 s`. */
export function durationText(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}

/** Port to the time. Everything that waits takes a clock, so that tests need not wait. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /**
   * Milliseconds, with fractions, from an unknown beginning, which do not jump when the wall clock is set. A
   * clock without them has only `now`.
   */
  ticks?(): number;
  setTimeout(callback: () => void, ms: number): { cancel(): void };
}

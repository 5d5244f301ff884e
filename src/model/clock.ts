/** Port to the time. Everything that waits takes a clock, so that tests need not wait. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  setTimeout(callback: () => void, ms: number): { cancel(): void };
}

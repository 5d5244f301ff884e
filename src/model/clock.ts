/** Time as everything that waits takes it, so that tests need not wait. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  setTimeout(callback: () => void, ms: number): { cancel(): void };
}

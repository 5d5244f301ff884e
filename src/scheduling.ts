/** Decides when work runs that is requested more often than it must be done. */
import type { Clock } from './model/clock.ts';

/** Shortest time between two runs that were requested with `soon`. */
const INTERVAL_MS = 250;

export interface Runs {
  /** Runs now, or as soon as the current run has ended. */
  request(cause: string): void;
  /**
   * Runs now if the last run began at least 250 ms ago, else 250 ms after it: frequent requests share a run.
   */
  soon(cause: string): void;
  /** Sets the work. Requests made before this wait for it. */
  start(run: (cause: string) => Promise<void>): void;
  /** Resolves when the current run has ended; nothing runs after it. */
  close(): Promise<void>;
}

/**
 * Runs one piece of work at a time. Requests that arrive during a run become one more run, with the newest
 * cause. The caller must close the result.
 *
 * @param onError receives what a run throws; the next run is not affected
 */
export function createRuns(clock: Clock, onError: (error: unknown) => void): Runs {
  let run: ((cause: string) => Promise<void>) | undefined;
  let next: string | undefined;
  let running: Promise<void> | undefined;
  let due: { cancel(): void } | undefined;
  let lastBegan = Number.NEGATIVE_INFINITY;
  let isClosed = false;

  const loop = async (work: (cause: string) => Promise<void>): Promise<void> => {
    while (next !== undefined && !isClosed) {
      const cause = next;
      next = undefined;
      lastBegan = clock.now();
      await work(cause).catch(onError);
    }
    running = undefined;
  };
  const wake = (): void => {
    if (run && next !== undefined && !isClosed) running ??= loop(run);
  };
  const request = (cause: string): void => {
    due?.cancel();
    due = undefined;
    next = cause;
    wake();
  };

  return {
    request,
    soon(cause) {
      if (next !== undefined || isClosed) return;
      // At most one interval, since the machine's clock may have been put back.
      const waitMs = Math.min(INTERVAL_MS, lastBegan + INTERVAL_MS - clock.now());
      if (waitMs <= 0) request(cause);
      else due ??= clock.setTimeout(() => request(cause), waitMs);
    },
    start(work) {
      run = work;
      wake();
    },
    async close() {
      isClosed = true;
      due?.cancel();
      await running;
    },
  };
}

/** Calls `run` once per turn of the event loop, however often the returned function is called in it. */
export function coalesce(run: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      run();
    });
  };
}

/** Resolves after everything that is coalesced at this moment has run. */
export const afterRuns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Calls `run` at the first call only; every call returns the promise of that one. */
export function once(run: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => {
    result ??= run();
    return result;
  };
}

/** When work runs that is asked for more often than it is to be done. */
import type { Clock } from './model/clock.ts';

/** Between runs that are only asked for soon; milliseconds. */
const APART_MS = 250;

export interface Runs {
  /** Runs now, or as soon as the run that is on its way has ended. */
  request(cause: string): void;
  /** At once as well, unless there was a run just now: what comes in numbers is worth one run in a while. */
  soon(cause: string): void;
  close(): Promise<void>;
}

/** Runs `run` for the newest request; requests that come meanwhile become one more run, never two at a time. */
export function latestWins(
  run: (cause: string) => Promise<void>,
  onError: (error: unknown) => void,
  clock: Clock,
): Runs {
  let next: string | undefined;
  let running: Promise<void> | undefined;
  let due: { cancel(): void } | undefined;
  let lastBegan = Number.NEGATIVE_INFINITY;
  let closed = false;
  const loop = async (): Promise<void> => {
    while (next !== undefined && !closed) {
      const cause = next;
      next = undefined;
      lastBegan = clock.now();
      await run(cause).catch(onError);
    }
    running = undefined;
  };
  const request = (cause: string): void => {
    due?.cancel();
    due = undefined;
    next = cause;
    if (!closed) running ??= loop();
  };
  return {
    request,
    soon(cause) {
      if (next !== undefined || closed) return;
      // The clock of a machine may be put back.
      const wait = Math.min(APART_MS, lastBegan + APART_MS - clock.now());
      if (wait <= 0) request(cause);
      else due ??= clock.setTimeout(() => request(cause), wait);
    },
    async close() {
      closed = true;
      due?.cancel();
      await running;
    },
  };
}

/** Many calls in one turn of the event loop become one. */
export function coalesce(run: () => void): () => void {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    setImmediate(() => {
      due = false;
      run();
    });
  };
}

/** Resolves after everything that is coalesced by now has run. */
export const afterRuns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The first call runs it; the others get the same result. */
export function once(run: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => {
    result ??= run();
    return result;
  };
}

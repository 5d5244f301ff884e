/** Liveness checks of one connection. */
import type { Clock } from '../../model/clock.ts';
import type { UpstreamHealth } from '../upstream/upstream.ts';

/** Misses in a row after which an idle server is given up. */
const MAX_MISSES = 3;

/** While checks are switched off, the interval is read this often: the entry may have changed. */
const OFF_INTERVAL_MS = 10_000;

export interface HealthEvents {
  /**
   * Called at every miss: the server was silent for `ms` milliseconds, and did not answer a ping within as
   * many.
   */
  readonly onMiss: (misses: number, ms: number) => void;
  /** Called when the server sends anything after a miss. */
  readonly onWell: () => void;
  /** Called when the server has missed too often and no call waits for it. */
  readonly onGivenUp: (ms: number) => void;
}

export interface HealthWatch {
  close(): void;
}

/**
 * Pings a server that was silent for `intervalMs()`. Any message from it is a sign of life. A dead server is
 * reported after two intervals at most, and given up after four. An interval of 0 switches the checks off.
 * The caller must close the result.
 */
export function watchHealth(
  upstream: Omit<UpstreamHealth, 'setTrouble'>,
  clock: Clock,
  intervalMs: () => number,
  events: HealthEvents,
): HealthWatch {
  let misses = 0;
  let isClosed = false;
  let timer: { cancel(): void } | undefined;

  const well = (): void => {
    if (misses > 0) events.onWell();
    misses = 0;
  };
  const miss = (ms: number): void => {
    misses += 1;
    events.onMiss(misses, ms);
    if (misses >= MAX_MISSES && upstream.inFlight === 0) events.onGivenUp(ms);
  };
  const check = async (): Promise<void> => {
    const ms = intervalMs();
    const began = clock.now();
    if (ms > 0) {
      const isAlive = upstream.wasHeard() || (await upstream.ping(ms));
      if (isClosed) return;
      if (isAlive || upstream.wasHeard()) well();
      else miss(ms);
    }
    // A ping that timed out has taken a whole interval already; a ping that failed at once has not.
    if (!isClosed) schedule(misses > 0 ? Math.max(1, ms - (clock.now() - began)) : intervalMs());
  };
  const schedule = (ms: number): void => {
    timer = clock.setTimeout(() => void check(), ms || OFF_INTERVAL_MS);
  };
  schedule(intervalMs());
  return {
    close() {
      isClosed = true;
      timer?.cancel();
    },
  };
}

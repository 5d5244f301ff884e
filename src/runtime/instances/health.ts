import type { Clock } from '../../model/clock.ts';
import type { Upstream } from '../upstream/upstream.ts';

/** Misses in a row after which a server that has nothing to do is restarted. */
const MAX_MISSES = 3;

/** How soon a change of the entry is seen while it is switched off; milliseconds. */
const WHILE_OFF = 10_000;

export interface HealthEvents {
  /** It was silent for `ms`, and did not answer a ping for as long. Called at every miss. */
  readonly onMiss: (misses: number, ms: number) => void;
  /** Something came from it after all. */
  readonly onWell: () => void;
  /** It missed too often, and no call waits for it. */
  readonly onGivenUp: (ms: number) => void;
}

export interface HealthWatch {
  close(): void;
}

/**
 * Pings a server that was silent for `interval()` ms; traffic is a sign of life as good as any. A dead one is told after at
 * most two intervals, given up after four. 0 switches it off until the interval changes.
 */
export function watchHealth(
  upstream: Pick<Upstream, 'wasHeard' | 'ping' | 'inFlight'>,
  clock: Clock,
  interval: () => number,
  events: HealthEvents,
): HealthWatch {
  let misses = 0;
  let closed = false;
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
    const ms = interval();
    const began = clock.now();
    if (ms > 0) {
      const answered = upstream.wasHeard() || (await upstream.ping(ms));
      if (closed) return;
      if (answered || upstream.wasHeard()) well();
      else miss(ms);
    }
    // A ping that was waited for in vain has taken an interval already; one that failed at once has not.
    if (!closed) schedule(misses > 0 ? Math.max(1, ms - (clock.now() - began)) : interval());
  };
  const schedule = (ms: number): void => {
    timer = clock.setTimeout(() => void check(), ms || WHILE_OFF);
  };
  schedule(interval());
  return {
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}

/** Sends signs of life on all waiting answers and open streams, once per interval, by a single timer. */
import type { Clock } from '../../model/clock.ts';
import { createBriefMap } from '../../model/collections/brief-map.ts';

export interface Watched {
  keepAlive(): void;
  /** Called once, after one or two steps of the first interval. */
  slow?(): void;
}

const STEPS_PER_INTERVAL = 6;

export interface KeepAlive {
  /** Returns the function that ends the watch. */
  watch(watched: Watched): () => void;
  close(): void;
}

/** The caller must close the result. */
export function createKeepAlive(clock: Clock, intervalMs: number): KeepAlive {
  /** Each with the step in which its watch began. */
  const all = createBriefMap<number, { readonly watched: Watched; readonly since: number }>();
  const stepMs = intervalMs / STEPS_PER_INTERVAL;
  let nextKey = 0;
  let steps = 0;
  const tick = (): void => {
    for (const { watched, since } of all.values()) {
      const waited = steps - since;
      if (waited === 1) watched.slow?.();
      if (waited >= STEPS_PER_INTERVAL && waited % STEPS_PER_INTERVAL === 0) watched.keepAlive();
    }
    steps += 1;
    timer = clock.setTimeout(tick, stepMs);
  };
  let timer = clock.setTimeout(tick, stepMs);
  return {
    watch(watched) {
      const key = nextKey++;
      all.set(key, { watched, since: steps });
      return () => void all.delete(key);
    },
    close: () => timer.cancel(),
  };
}

/** One timer for everything that waits: whatever has been waiting for a whole beat gives a sign of life, and another after each. */

import type { Clock } from '../../model/clock.ts';
import { createBriefMap } from '../../wire/brief-map.ts';

export interface Waiting {
  keepAlive(): void;
  /** Called once, when it has been waiting for one or two steps of a beat. */
  slow?(): void;
}

/** Of a beat. */
const STEPS = 6;

export interface KeepAlive {
  /** The returned function takes it out again. */
  watch(waiting: Waiting): () => void;
  close(): void;
}

/** `beat` in milliseconds. */
export function createKeepAlive(clock: Clock, beat: number): KeepAlive {
  /** Each with the step in which it came. */
  const all = createBriefMap<number, { readonly waiting: Waiting; readonly since: number }>();
  let nextKey = 0;
  let steps = 0;
  const tick = (): void => {
    for (const { waiting, since } of all.values()) {
      const waited = steps - since;
      if (waited === 1) waiting.slow?.();
      if (waited > 0 && waited % STEPS === 0) waiting.keepAlive();
    }
    steps += 1;
    timer = clock.setTimeout(tick, beat / STEPS);
  };
  let timer = clock.setTimeout(tick, beat / STEPS);
  return {
    watch(waiting) {
      const key = nextKey++;
      all.set(key, { waiting, since: steps });
      return () => void all.delete(key);
    },
    close: () => timer.cancel(),
  };
}

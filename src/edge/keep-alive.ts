/** One timer for everything that waits: whatever has been waiting for a whole beat gives a sign of life. */
import { createBriefMap } from '../model/brief-map.ts';
import type { Clock } from '../model/ports.ts';

export interface Waiting {
  keepAlive(): void;
}

export interface KeepAlive {
  /** The returned function takes it out again. */
  watch(waiting: Waiting): () => void;
  close(): void;
}

/** `beat` in milliseconds. */
export function createKeepAlive(clock: Clock, beat: number): KeepAlive {
  /** Each with the beat that it has to outlast. */
  const all = createBriefMap<number, { readonly waiting: Waiting; readonly since: number }>();
  let nextKey = 0;
  let beats = 0;
  const tick = (): void => {
    for (const { waiting, since } of all.values()) if (since < beats) waiting.keepAlive();
    beats += 1;
    timer = clock.setTimeout(tick, beat);
  };
  let timer = clock.setTimeout(tick, beat);
  return {
    watch(waiting) {
      const key = nextKey++;
      all.set(key, { waiting, since: beats });
      return () => void all.delete(key);
    },
    close: () => timer.cancel(),
  };
}

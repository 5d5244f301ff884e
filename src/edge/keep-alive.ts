/** One timer for everything that waits: whatever has been waiting for a whole beat gives a sign of life. */
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
  const seasoned = new Set<Waiting>();
  const fresh = new Set<Waiting>();
  const tick = (): void => {
    for (const waiting of seasoned) waiting.keepAlive();
    for (const waiting of fresh) seasoned.add(waiting);
    fresh.clear();
    timer = clock.setTimeout(tick, beat);
  };
  let timer = clock.setTimeout(tick, beat);
  return {
    watch(waiting) {
      fresh.add(waiting);
      return () => {
        fresh.delete(waiting);
        seasoned.delete(waiting);
      };
    },
    close: () => timer.cancel(),
  };
}

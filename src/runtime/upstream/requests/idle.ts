import type { Clock } from '../../../model/clock.ts';

/** Who waits until nothing is under way. */
export interface Idle {
  /** To be called when something has ended. */
  check(): void;
  /** Resolves when nothing is under way, or after that time. */
  drain(timeoutMs: number): Promise<void>;
}

export function createIdle(isIdle: () => boolean, clock: Clock): Idle {
  const waiting = new Set<() => void>();
  return {
    check() {
      if (isIdle()) for (const done of waiting) done();
    },
    drain(timeoutMs) {
      if (isIdle()) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          waiting.delete(done);
          timer.cancel();
          resolve();
        };
        const timer = clock.setTimeout(done, timeoutMs);
        waiting.add(done);
      });
    },
  };
}

/** Waits until a connection has nothing under way. */
import type { Clock } from '../../../model/clock.ts';
import { waitFor } from '../../../model/time/wait.ts';

export interface Idle {
  /** Must be called whenever something has ended. */
  check(): void;
  /** Resolves once nothing is under way, or after `timeoutMs`. Never rejects. */
  drain(timeoutMs: number): Promise<void>;
}

export function createIdle(isIdle: () => boolean, clock: Clock): Idle {
  const waiters = new Set<() => void>();
  return {
    check() {
      if (waiters.size > 0 && isIdle()) for (const resolve of waiters) resolve();
    },
    async drain(timeoutMs) {
      if (isIdle()) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiters.add(resolve);
      await waitFor(promise, { clock, ms: timeoutMs }, () => {});
      waiters.delete(resolve);
    },
  };
}

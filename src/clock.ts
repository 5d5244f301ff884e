import type { Clock } from './model/clock.ts';

/** Real time. Whatever waits takes a Clock, so that tests need not wait. */

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout(callback, ms) {
    const timer = setTimeout(callback, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Real time. Whatever waits takes a Clock, so that tests need not wait. */
import type { Clock } from './model/clock.ts';

/** Waits in real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  setTimeout(callback, ms) {
    const timer = setTimeout(callback, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

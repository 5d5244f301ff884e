/** Joins a burst of changes to one notification. */
import type { Clock } from '../../model/clock.ts';

/** A burst of changes ends after this long without another. */
const QUIET_MS = 100;
/** The notification comes no later than this after the first change of a burst. */
const MAX_DELAY_MS = 2000;

export interface Debounce {
  /** Begins a burst, or extends the one under way. */
  touch(): void;
  /** Ends the debounce for good: `fire` is not called any more. */
  cancel(): void;
}

export function debounced(clock: Clock, fire: () => void): Debounce {
  let timer: { cancel(): void } | undefined;
  let first = 0;
  let isOver = false;
  const expire = () => {
    timer = undefined;
    fire();
  };
  return {
    touch() {
      if (isOver) return;
      if (timer === undefined) first = clock.now();
      timer?.cancel();
      const left = first + MAX_DELAY_MS - clock.now();
      timer = clock.setTimeout(expire, Math.max(0, Math.min(QUIET_MS, left)));
    },
    cancel() {
      isOver = true;
      timer?.cancel();
    },
  };
}

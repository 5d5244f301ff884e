/** Waiting for a process or connection to end, in real time: no other clock can make it end sooner. */
import { systemClock } from '../../clock.ts';
import { within as withinOf } from '../../model/time/wait.ts';

/** True if `event` happens within `ms` milliseconds. Rejects as `event` does. */
export const within = (event: Promise<void>, ms: number): Promise<boolean> =>
  withinOf(event, ms, systemClock);

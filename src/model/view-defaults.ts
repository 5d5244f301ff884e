/** Values of a server's view that apply unless its entry or the stack's `defaults` set others. */
import type { Timeouts } from './desired.ts';

/** Milliseconds. */
export const DEFAULT_TIMEOUTS: Timeouts = Object.freeze({
  start: 60_000,
  call: 60_000,
  callMax: 3_600_000,
  drain: 30_000,
  health: 30_000,
  idle: 300_000,
});

export const DEFAULT_MAX_IN_FLIGHT = 1000;

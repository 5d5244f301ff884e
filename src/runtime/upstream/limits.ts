/** Limits of a connection, which may change while it is open. */
import type { Timeouts } from '../../model/desired.ts';
import type { CallLimits } from './requests/call-options.ts';

export interface UpstreamLimits {
  readonly timeouts: Pick<Timeouts, 'start' | 'call' | 'callMax'>;
  /** Calls that may be in flight at once; default 1000. */
  readonly maxInFlight?: number;
}

const DEFAULT_MAX_IN_FLIGHT = 1_000;

export const callLimits = ({ timeouts, maxInFlight }: UpstreamLimits): CallLimits => ({
  callMs: timeouts.call,
  callMaxMs: timeouts.callMax,
  maxInFlight: maxInFlight ?? DEFAULT_MAX_IN_FLIGHT,
});

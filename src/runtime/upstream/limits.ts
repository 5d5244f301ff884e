/** Limits of a connection, which may change while it is open. */
import { DEFAULT_MAX_IN_FLIGHT, type Timeouts } from '../../model/desired.ts';
import type { CallLimits } from './requests/call-options.ts';

export interface UpstreamLimits {
  readonly timeouts: Pick<Timeouts, 'start' | 'call' | 'callMax'>;
  /** Calls that may be in flight at once; default `DEFAULT_MAX_IN_FLIGHT`. */
  readonly maxInFlight?: number;
}

export const callLimits = ({ timeouts, maxInFlight }: UpstreamLimits): CallLimits => ({
  callMs: timeouts.call,
  callMaxMs: timeouts.callMax || Number.POSITIVE_INFINITY,
  maxInFlight: maxInFlight ?? DEFAULT_MAX_IN_FLIGHT,
});

/** The outcome last reported for each server, so that the same failure is not reported again. */
import type { ServerStatus } from '../../model/status.ts';

/** By server name. */
export type Reported = Map<string, string>;

/** Shows servers as they change. */
export interface View {
  show(servers: readonly ServerStatus[]): void;
  end(): Promise<void>;
}

const OUTCOMES = new Set<ServerStatus['state']>(['ready', 'idle', 'failed', 'unavailable']);
const SERVED = new Set<ServerStatus['state']>(['ready', 'idle']);

/** True if the server has come up or failed, not for a state in between. */
export const hasOutcome = ({ state }: ServerStatus): boolean => OUTCOMES.has(state);

/** True if the server's tools can be called. */
export const isServed = ({ state }: ServerStatus): boolean => SERVED.has(state);

/** Parts of a reason that differ at each try: dates, times, ids, numbers of ports and processes. */
const PASSING = /\d{4}-\d\d-\d\d[T_ ]?[\d_:.,-]*Z?|\d+:\d\d(:\d\d)?([.,]\d+)?|\b[0-9a-f-]{8,}\b|\d{4,}/gi;

/** The same text for each try that fails in the same way. */
export const outcomeOf = ({ state, code, reason = '' }: ServerStatus): string =>
  `${state} ${code} ${reason.replace(PASSING, '#')}`;

/** Width of the column of names. */
export const nameWidth = (servers: readonly ServerStatus[]): number =>
  Math.max(0, ...servers.map(({ serverName }) => serverName.length));

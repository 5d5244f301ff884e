/** The outcome last reported for each server, so that the same failure is not reported again. */
import type { ServerStatus } from '../../model/status.ts';
import { maskVolatile } from '../../model/text/volatile.ts';

/** By server name. */
export type Reported = Map<string, string>;

/** Shows servers as they change. */
export interface View {
  show(servers: readonly ServerStatus[]): void;
  end(): Promise<void>;
}

const OUTCOMES = new Set<ServerStatus['state']>(['ready', 'idle', 'stopped', 'failed', 'unavailable']);
const SERVED = new Set<ServerStatus['state']>(['ready', 'idle']);

/** True if the server has come up or failed, not for a state in between. */
export const hasOutcome = ({ state }: ServerStatus): boolean => OUTCOMES.has(state);

/** True if the old version serves while the new one starts. */
export const isReplaced = ({ state, detail, reason }: ServerStatus): boolean =>
  state === 'ready' && detail !== undefined && reason === undefined;

/** In place of the outcome of a server that had come up and is started again: the next one is news. */
export const STARTED_AGAIN = 'started again';

/** True if the server's tools can be called. */
export const isServed = ({ state }: ServerStatus): boolean => SERVED.has(state);

/** Equal for attempts that failed in the same way, whatever times, ports and ids their reasons name. */
export const outcomeOf = ({ state, code, reason }: ServerStatus): string =>
  `${state} ${code} ${maskVolatile(reason ?? '')}`;

/** Width of the column of names. */
export const nameWidth = (servers: readonly ServerStatus[]): number =>
  Math.max(0, ...servers.map(({ serverName }) => serverName.length));

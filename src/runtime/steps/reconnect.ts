import type { GatewayError } from '../../errors.ts';
import type { Clock } from '../../model/clock.ts';
import type { InstanceIn } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { StatusBoard } from '../instances/status-board.ts';
import type { Logs } from '../memory/logs.ts';
import { failAndClose } from './fail.ts';

/** Of one server within `WINDOW_MS`; a connection that is over so often is not so by a change of its server. */
const MAX_RENEWALS = 10;
const WINDOW_MS = 60_000;

export interface RenewDeps {
  readonly clock: Clock;
  readonly logs: Logs;
  readonly board: StatusBoard;
  readonly instances: Pick<Instances, 'failed'>;
  readonly disconnect: (instance: InstanceIn<'ready'>) => Promise<void>;
  readonly restart: (serverName: string) => void;
  readonly lookAgain: (cause: string) => void;
}

/** Puts a new connection in the place of one whose server refuses it: new calls wait meanwhile, those under way end where they are. */
export function createRenew(deps: RenewDeps): (instance: InstanceIn<'ready'>, why: GatewayError) => void {
  const { clock, logs, board } = deps;
  const renewals = new Map<string, readonly number[]>();
  const isTooOften = (serverName: string): boolean => {
    const now = clock.now();
    const recent = (renewals.get(serverName) ?? []).filter((at) => now - at < WINDOW_MS).slice(-MAX_RENEWALS);
    renewals.set(serverName, [...recent, now]);
    return recent.length >= MAX_RENEWALS;
  };
  return (instance, why) => {
    const { serverName } = instance;
    logs.add(serverName, 'hive', why.message);
    if (isTooOften(serverName)) {
      // Two versions of it may be answering in turn: that is a failure, with growing pauses.
      board.restarted(serverName);
      failAndClose(deps.instances, instance, instance.state.connections, why);
    } else if (instance.state.connections.upstream.kind === 'http') {
      // No process has to end before the next connection begins, and none has failed.
      void deps.disconnect(instance);
      deps.lookAgain(`${serverName} wants to be connected anew`);
    } else {
      board.restarted(serverName);
      deps.restart(serverName);
    }
  };
}

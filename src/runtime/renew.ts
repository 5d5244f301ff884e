import type { GatewayError } from '../errors.ts';
import type { Clock } from '../model/ports.ts';
import type { Instance, Instances } from './instances.ts';
import type { Logs } from './logs.ts';
import type { StatusBoard } from './status-board.ts';

/** A connection that is over sooner than that after another was is not so by a change of its server. */
const SETTLED_MS = 60_000;

export interface RenewDeps {
  readonly clock: Clock;
  readonly logs: Logs;
  readonly board: StatusBoard;
  readonly instances: Pick<Instances, 'fail'>;
  readonly disconnect: (instance: Instance) => Promise<void>;
  readonly restart: (serverName: string) => void;
  readonly lookAgain: (cause: string) => void;
}

/** Puts a new connection in the place of one whose server refuses it, as `hive restart` would: calls wait meanwhile. */
export function createRenew(deps: RenewDeps): (instance: Instance, why: GatewayError) => void {
  const { clock, logs, board } = deps;
  const last = new Map<string, number>();
  return (instance, why) => {
    const { serverName } = instance;
    const before = last.get(serverName);
    last.set(serverName, clock.now());
    logs.add(serverName, 'hive', why.message);
    board.restarted(serverName);
    if (before !== undefined && clock.now() - before < SETTLED_MS) {
      // Two versions of it may be answering in turn: that is a failure, with growing pauses.
      deps.instances.fail(instance, why);
      void Promise.all([instance.upstream?.close(0), instance.isolated?.close(0)]);
    } else if (instance.kind === 'remote') {
      // No process has to end before the next connection begins.
      void deps.disconnect(instance);
      deps.lookAgain(`${serverName} wants to be connected anew`);
    } else deps.restart(serverName);
  };
}

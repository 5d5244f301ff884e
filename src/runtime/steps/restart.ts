/** Restarts of a server: everything of it ends, and the next reload starts it again. */
import { toGatewayError } from '../../errors.ts';
import type { Instance } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { StatusBoard } from '../instances/status-board.ts';
import type { Logs } from '../memory/logs.ts';
import type { Chains } from './chains.ts';
import type { Disconnect } from './disconnect.ts';

export interface RestartDeps {
  readonly chains: Pick<Chains, 'replace'>;
  readonly instances: Pick<Instances, 'of'>;
  readonly board: Pick<StatusBoard, 'show'>;
  readonly logs: Pick<Logs, 'add'>;
  readonly disconnect: Disconnect;
  /** Stops, or restarts, the container that the instance ran in. */
  readonly halt: (instance: Instance) => Promise<void>;
  readonly requestReload: (cause: string) => void;
}

export type Restart = (serverName: string) => void;

/**
 * The result aborts what is being done for the server, drains and ends its instances, and stops their
 * containers.
 */
export function createRestart(deps: RestartDeps): Restart {
  const { chains, instances, board, logs, disconnect, halt, requestReload } = deps;
  const endAll = async (serverName: string): Promise<void> => {
    for (const instance of instances.of(serverName)) {
      // Another instance may have ended while this one drained.
      if (instance.state.phase === 'draining' || instance.state.phase === 'ended') continue;
      await disconnect(instance);
      await halt(instance);
    }
  };
  return (serverName) => {
    board.show(serverName, 'draining', { detail: 'restarting' });
    chains
      .replace(serverName, () => endAll(serverName))
      .catch((error) => logs.add(serverName, 'hive', `restart failed: ${toGatewayError(error).message}`))
      .finally(() => requestReload(`restart of ${serverName}`));
  };
}

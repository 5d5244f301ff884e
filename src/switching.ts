/** Stops, starts and restarts servers by changing what is desired; the loop does the rest. */
import { GatewayError } from './errors.ts';
import type { GatewayControl } from './model/operator.ts';
import { stoppedDetail } from './model/status.ts';
import type { Runtime } from './runtime/runtime.ts';
import type { StoppedServers } from './stopped-servers.ts';

export interface SwitchingParts {
  readonly stopped: Pick<StoppedServers, 'has' | 'stop' | 'start'>;
  readonly runtime: Pick<Runtime, 'board' | 'units' | 'restart'>;
  readonly requestReload: (cause: string) => void;
  /** Applies edits that nobody has followed. Absent: edits are followed. */
  readonly readAgain?: ((cause: string) => Promise<void>) | undefined;
}

type Switching = Pick<GatewayControl, 'stopServer' | 'startServer' | 'restartServer'>;

export function createSwitching({ stopped, runtime, requestReload, readAgain }: SwitchingParts): Switching {
  const { board } = runtime;
  const startStopped = (serverName: string): void => {
    stopped.start(serverName);
    board.show(serverName, 'pending');
    requestReload(`start of ${serverName}`);
  };
  return {
    stopServer(serverName) {
      const unit = runtime.units.get(serverName);
      if (!unit) throw new GatewayError('SERVER_UNKNOWN', `there is no server ${serverName} to stop`);
      if (stopped.has(serverName)) return;
      stopped.stop(unit);
      board.show(serverName, 'draining', { detail: stoppedDetail(serverName) });
      requestReload(`stop of ${serverName}`);
    },
    async startServer(serverName) {
      if (stopped.has(serverName)) startStopped(serverName);
      // A failed server waits for its next attempt, or has none.
      else if (board.get(serverName)?.state === 'failed') await runtime.restart(serverName);
    },
    async restartServer(serverName) {
      await readAgain?.(`restart of ${serverName}`);
      if (stopped.has(serverName)) startStopped(serverName);
      else await runtime.restart(serverName);
    },
  };
}

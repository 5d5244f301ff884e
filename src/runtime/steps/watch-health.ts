import { GatewayError } from '../../errors.ts';
import type { Clock } from '../../model/clock.ts';
import { type HealthWatch, watchHealth } from '../instances/health.ts';
import type { Connections, Instance } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { StatusBoard } from '../instances/status-board.ts';
import type { Logs } from '../memory/logs.ts';
import { failAndClose } from './fail.ts';

export interface LookAfterDeps {
  readonly clock: Clock;
  readonly logs: Logs;
  readonly board: StatusBoard;
  readonly instances: Instances;
}

/** Shows an instance as unhealthy while it gives no sign of life, and ends it when that does not pass. */
export function lookAfter(
  { clock, logs, board, instances }: LookAfterDeps,
  instance: Instance,
  connections: Connections,
): HealthWatch {
  const { serverName } = instance;
  const { upstream } = connections;
  return watchHealth(upstream, clock, () => instance.unit.server.view.timeouts.health, {
    onMiss(misses, ms) {
      const error = silentError(serverName, ms);
      upstream.setTrouble('nor does it answer ping: it is unhealthy');
      if (misses === 1) logs.add(serverName, 'hive', error.message);
      instances.suspected(instance, { error, detail: `missed ${misses} in a row; it still gets calls` });
    },
    onWell() {
      upstream.setTrouble(undefined);
      logs.add(serverName, 'hive', 'it answers again');
      instances.recovered(instance);
    },
    onGivenUp(ms) {
      const error = silentError(serverName, ms);
      logs.add(serverName, 'hive', 'restarting it: it does not come to life again');
      board.restarted(serverName);
      failAndClose(instances, instance, connections, error);
    },
  });
}

function silentError(serverName: string, ms: number): GatewayError {
  return new GatewayError(
    'SERVER_TIMEOUT',
    `${serverName} was silent, and did not answer ping within ${ms} ms`,
    {
      hint: `Hive restarts it if that goes on; at once: hive restart ${serverName}; see \`timeouts.health\``,
    },
  );
}

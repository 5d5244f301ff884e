/** Health checks of a serving instance: `unhealthy` while it does not answer, failed if that lasts. */

import { GatewayError } from '../../errors.ts';
import type { Clock } from '../../model/clock.ts';
import { durationText } from '../../model/text/duration.ts';
import { type HealthWatch, watchHealth } from '../instances/health.ts';
import type { Connections, Instance } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { Logs } from '../memory/logs.ts';
import { failAndClose } from './disconnect.ts';

export interface WatchDeps {
  readonly clock: Clock;
  readonly logs: Pick<Logs, 'add'>;
  readonly instances: Pick<Instances, 'suspected' | 'recovered' | 'failed'>;
}

/** The caller must close the result when the instance no longer serves. */
export function watchInstance(deps: WatchDeps, instance: Instance, connections: Connections): HealthWatch {
  const { clock, logs, instances } = deps;
  const { serverName } = instance;
  const { upstream } = connections;
  return watchHealth(upstream, clock, () => instance.unit.server.view.timeouts.health, {
    onMiss(misses, ms) {
      const error = silentError(serverName, ms);
      upstream.setTrouble('it does not answer ping either');
      if (misses === 1) logs.add(serverName, 'hive', error.message);
      instances.suspected(instance, {
        error,
        detail: `missed ${misses} pings in a row; it still gets calls`,
      });
    },
    onWell() {
      upstream.setTrouble(undefined);
      logs.add(serverName, 'hive', 'it answers again');
      instances.recovered(instance);
    },
    onGivenUp(ms) {
      logs.add(serverName, 'hive', 'restarting it: it stays silent');
      failAndClose(instances, instance, connections, silentError(serverName, ms));
    },
  });
}

function silentError(serverName: string, ms: number): GatewayError {
  const now = `npx hive restart ${serverName}`;
  const hint = `Hive restarts it if this continues; to restart it now: ${now}; see \`timeouts.health\``;
  const message = `${serverName} was silent, and did not answer ping within ${durationText(ms)}`;
  return new GatewayError('SERVER_TIMEOUT', message, { hint });
}

/** Attempts that do not wait for their time: a client has come, or the network is back. */
import type { WakeServers } from '../model/catalog-reader.ts';
import type { Clock } from '../model/clock.ts';
import type { Urgency } from './instances/restart-policy.ts';
import type { Servers } from './instances/servers.ts';
import { watchNetwork } from './links/network-watch.ts';
import type { Logs } from './memory/logs.ts';

export interface WakeUps {
  /** Tries a failed server again, or each of them. */
  readonly wake: WakeServers;
  close(): void;
}

/** Watches the network while a server has failed. The caller must close the result. */
export function createWakeUps(
  clock: Clock,
  logs: Pick<Logs, 'add'>,
  { units, instances }: Pick<Servers, 'units' | 'instances'>,
): WakeUps {
  const hurryAll = (urgency: Urgency): string[] =>
    [...units.keys()].filter((serverName) => instances.hurry(serverName, urgency));
  const network = watchNetwork({
    clock,
    isNeeded: () => instances.all().some(({ state }) => state.phase === 'failed'),
    onBack(cause) {
      for (const name of hurryAll('network')) logs.add(name, 'hive', `trying again: ${cause}`);
    },
  });
  return {
    wake(serverName) {
      if (serverName === undefined) hurryAll('session');
      else instances.hurry(serverName, 'session');
    },
    close: network.close,
  };
}

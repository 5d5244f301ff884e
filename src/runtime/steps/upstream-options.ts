/** Options that all connections to one instance share: its entry's view, and where its output goes. */
import type { Clock } from '../../model/clock.ts';
import type { Instance } from '../instances/instance.ts';
import type { StatusBoard } from '../instances/status-board.ts';
import type { Logs } from '../memory/logs.ts';
import type { UpstreamOptions } from '../upstream/upstream.ts';

export interface OutputDeps {
  readonly clock: Clock;
  readonly logs: Pick<Logs, 'add'>;
  readonly board: Pick<StatusBoard, 'noise'>;
}

type CommonOptions = Pick<
  UpstreamOptions,
  'serverName' | 'timeouts' | 'maxInFlight' | 'clock' | 'onNoise' | 'onStderr'
>;

export function commonOptions({ clock, logs, board }: OutputDeps, instance: Instance): CommonOptions {
  const { serverName } = instance;
  const { timeouts, maxInFlight } = instance.unit.server.view;
  return {
    serverName,
    timeouts,
    maxInFlight,
    clock,
    onNoise(text, bytes) {
      if (bytes > 0) board.noise(serverName, bytes);
      if (text !== '') logs.add(serverName, bytes > 0 ? 'noise' : 'hive', text);
    },
    onStderr: (text) => logs.add(serverName, 'stderr', text),
  };
}

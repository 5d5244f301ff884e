/** Options that all connections to one instance share: its entry's view, and where its output goes. */
import type { Clock } from '../../model/clock.ts';
import { adviserFor } from '../advice/advice.ts';
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
  'serverName' | 'timeouts' | 'maxInFlight' | 'clock' | 'onNoise' | 'onStderr' | 'advise' | 'memoryLimit'
>;

export function commonOptions({ clock, logs, board }: OutputDeps, instance: Instance): CommonOptions {
  const { serverName } = instance;
  const { server } = instance.unit;
  const { timeouts, maxInFlight } = server.view;
  return {
    serverName,
    timeouts,
    maxInFlight,
    clock,
    onNoise(text, bytes) {
      if (bytes > 0) board.noise(serverName, bytes);
      if (text !== '') logs.add(serverName, bytes > 0 ? 'noise' : 'hive', text);
    },
    advise: adviserFor(server),
    memoryLimit: server.type === 'container' ? memoryText(server.memory) : undefined,
    onStderr: (text) => logs.add(serverName, 'stderr', text),
  };
}

/** The same for a further connection to a server whose output is read, and logged, on another one. */
export function furtherOptions(deps: OutputDeps, instance: Instance): CommonOptions {
  const common = commonOptions(deps, instance);
  return {
    ...common,
    onStderr: () => {},
    onNoise(text, bytes) {
      // Remarks of Hive about this connection.
      if (bytes === 0) common.onNoise(text, bytes);
    },
  };
}

const UNIT: Readonly<Record<string, string>> = { b: 'bytes', k: 'KB', m: 'MB', g: 'GB' };

/** `128m` as `128 MB`; other texts as they are. */
function memoryText(memory: string): string {
  const [, digits, unit = 'b'] = /^(\d+)([bkmg])?b?$/.exec(memory) ?? [];
  return digits === undefined ? memory : `${digits} ${UNIT[unit]}`;
}

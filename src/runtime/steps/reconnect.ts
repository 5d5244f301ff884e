/** Reconnection to a server that refuses what was agreed at the handshake. */
import type { GatewayError } from '../../errors.ts';
import type { Clock } from '../../model/clock.ts';
import type { InstanceIn } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { StatusBoard } from '../instances/status-board.ts';
import type { Logs } from '../memory/logs.ts';
import { type Disconnect, failAndClose } from './disconnect.ts';
import type { Restart } from './restart.ts';

/** Reconnections of one server within `WINDOW_MS`. More of them are no change of version. */
const MAX_RECONNECTIONS = 10;
const WINDOW_MS = 60_000;

export interface ReconnectDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly logs: Pick<Logs, 'add'>;
  readonly board: Pick<StatusBoard, 'restarted'>;
  readonly instances: Pick<Instances, 'failed'>;
  readonly disconnect: Disconnect;
  readonly restart: Restart;
  readonly requestReload: (cause: string) => void;
}

export type Reconnect = (instance: InstanceIn<'ready'>, why: GatewayError) => void;

/**
 * The result replaces a connection: new calls wait for the new one, and calls in flight end on the old one.
 */
export function createReconnect(deps: ReconnectDeps): Reconnect {
  const { logs, board, instances, disconnect, restart, requestReload } = deps;
  const isTooOften = createCounter(deps.clock);
  return (instance, why) => {
    const { serverName } = instance;
    const { connections } = instance.state;
    logs.add(serverName, 'hive', why.message);
    if (isTooOften(serverName)) {
      // Two versions may be answering in turn. That counts as a failure, and failures are retried with
      // growing delays.
      failAndClose(instances, instance, connections, why);
    } else if (connections.upstream.kind === 'http') {
      // No process has to end before the next connection begins, and none has failed.
      void disconnect(instance);
      requestReload(`${serverName} is to be reconnected`);
    } else {
      board.restarted(serverName);
      restart(serverName);
    }
  };
}

/** Counts one reconnection of a server; true if there were too many lately. */
function createCounter(clock: Pick<Clock, 'now'>): (serverName: string) => boolean {
  const times = new Map<string, readonly number[]>();
  return (serverName) => {
    const now = clock.now();
    const recent = (times.get(serverName) ?? [])
      .filter((at) => now - at < WINDOW_MS)
      .slice(-MAX_RECONNECTIONS);
    times.set(serverName, [...recent, now]);
    return recent.length >= MAX_RECONNECTIONS;
  };
}

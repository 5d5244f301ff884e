import { toGatewayError } from '../../errors.ts';
import type { ContainerFacts } from '../../model/engine.ts';
import type { Instance } from '../instances/instance.ts';
import type { StatusBoard } from '../instances/status-board.ts';
import type { Logs } from '../memory/logs.ts';

/** What a server that has long been up may take to answer a second `initialize`; milliseconds. */
const ADOPTION_TIMEOUT = 10_000;

export interface AdoptDeps {
  readonly logs: Logs;
  readonly board: StatusBoard;
}

/**
 * Connects to a server whose container may run since before this gateway. Most take a second `initialize`; one that refuses or
 * ignores it is restarted, once.
 *
 * @param container as it was found, where there is one
 */
export async function adoptOrRestart<T>(
  deps: AdoptDeps,
  instance: Instance,
  container: ContainerFacts | undefined,
  signal: AbortSignal,
  connect: (restart: boolean, startMs: number, isWarm: boolean) => Promise<T>,
): Promise<T> {
  const { start } = instance.unit.server.view.timeouts;
  if (!isWarm(instance, container)) return connect(false, start, false);
  try {
    return await connect(false, Math.min(start, ADOPTION_TIMEOUT), true);
  } catch (error) {
    if (signal.aborted) throw error;
    const why = toGatewayError(error).message.split('\n', 1)[0];
    const detail = `it was up already and did not take a second initialize: restarting it once (${why})`;
    deps.logs.add(instance.serverName, 'hive', detail);
    deps.board.restarted(instance.serverName);
    deps.board.show(instance.serverName, 'starting', { detail });
    return connect(true, start, false);
  }
}

/** Only our own stdio containers talk to one client at a time, and only those are ours to restart. */
function isWarm({ unit, state }: Instance, container: ContainerFacts | undefined): boolean {
  const { server } = unit;
  // After a failure it begins with a fresh process anyway.
  if (state.phase !== 'starting' || state.restart.failures > 0) return false;
  if (!container || server.type !== 'container') return false;
  if (server.transport !== 'stdio' || server.link === 'exec') return false;
  return container.isRunning && !container.isRestarting;
}

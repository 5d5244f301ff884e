/** Adoption of containers that were running before this gateway connected to them. */
import { toGatewayError } from '../../errors.ts';
import type { ContainerFacts } from '../../model/engine.ts';
import type { Instance } from '../instances/instance.ts';
import type { StatusBoard } from '../instances/status-board.ts';
import type { Statuses } from '../instances/statuses.ts';
import type { Logs } from '../memory/logs.ts';

/** Time for the answer to a second `initialize`, from a server that is already up. */
const ADOPTION_TIMEOUT_MS = 10_000;

export interface AdoptDeps {
  readonly logs: Pick<Logs, 'add'>;
  readonly board: Pick<StatusBoard, 'restarted'>;
  readonly statuses: Pick<Statuses, 'progress'>;
}

/** How one attempt to connect is made. */
export interface Adoption {
  /** Restart the process in the container first. */
  readonly isRestart: boolean;
  /** Milliseconds that the start may take. */
  readonly startMs: number;
  /** The process ran before this gateway connected to it. */
  readonly isWarm: boolean;
}

/**
 * Connects to a server whose container may have been running since before this gateway. Most servers accept a
 * second `initialize`; a server that refuses or ignores it is restarted, once.
 *
 * @param container as it was found, if there is one
 */
export async function adoptOrRestart<T>(
  deps: AdoptDeps,
  instance: Instance,
  container: ContainerFacts | undefined,
  signal: AbortSignal,
  connect: (adoption: Adoption) => Promise<T>,
): Promise<T> {
  const { start } = instance.unit.server.view.timeouts;
  if (!isWarm(instance, container)) return connect({ isRestart: false, startMs: start, isWarm: false });
  try {
    return await connect({ isRestart: false, startMs: Math.min(start, ADOPTION_TIMEOUT_MS), isWarm: true });
  } catch (error) {
    if (signal.aborted) throw error;
    const why = toGatewayError(error).message.split('\n', 1)[0];
    const refused = 'it was already running and did not accept a second initialize';
    const detail = `${refused}: restarting it once (${why})`;
    deps.logs.add(instance.serverName, 'hive', detail);
    deps.board.restarted(instance.serverName);
    deps.statuses.progress(instance, detail);
    return connect({ isRestart: true, startMs: start, isWarm: false });
  }
}

/**
 * True for this stack's stdio containers that are running: they talk to one client at a time, and may be
 * restarted.
 */
function isWarm({ unit, state }: Instance, container: ContainerFacts | undefined): boolean {
  const { server } = unit;
  // The attempt after a failure starts a fresh process anyway.
  if (state.phase !== 'starting' || state.restart.failures > 0) return false;
  if (!container || server.type !== 'container') return false;
  if (server.transport !== 'stdio' || server.link === 'exec') return false;
  return container.isRunning && !container.isRestarting;
}

/** Derives the status of a server from the states of its instances. */
import type { GatewayError } from '../../errors.ts';
import { stoppedDetail } from '../../model/status.ts';
import { connectionsOf, type Failed, type Instance, type Starting } from './instance.ts';
import type { InstanceEvent, Instances } from './instances.ts';
import type { StatusBoard, StatusFacts } from './status-board.ts';

export interface Statuses {
  /** Shows a change of an instance. */
  follow(event: InstanceEvent): void;
  /**
   * Shows what is being done for an instance, as long as it is starting. `facts` are shown unless another
   * version serves meanwhile.
   */
  progress(instance: Instance, detail: string, facts?: Omit<StatusFacts, 'detail' | 'error'>): void;
  /**
   * Shows why a step of a plan was skipped. `meanwhile` is shown beside it if a version of the server serves.
   */
  skipped(serverName: string, state: 'failed' | 'unavailable', error: GatewayError, meanwhile: string): void;
  /**
   * Removes what was shown of attempts that are over, if the server serves and no other attempt is under way.
   */
  settle(serverName: string): void;
  /** Shows a server that a person has stopped, once nothing of it runs any more. */
  stopped(serverName: string): void;
  /** False for a server that needs a person, or cannot run here. */
  mayBecomeReady(serverName: string): boolean;
}

/** @param isStopped true for a server that a person has stopped */
export function createStatuses(
  board: StatusBoard,
  instances: Instances,
  isStopped: (serverName: string) => boolean,
): Statuses {
  const showIfServing = (instance: Instance): void => {
    if (instances.serving(instance.serverName) === instance) showServing(board, instance);
  };
  return {
    follow(event) {
      const { kind, instance } = event;
      const { serverName } = instance;
      // Attempts after a failure count, whether the server had come up before or not.
      if (kind === 'begun' && event.replaced) board.restarted(serverName);
      if (kind === 'connected' || kind === 'suspected' || kind === 'recovered') showIfServing(instance);
      if (kind === 'failed') showFailure(board, serverName, instance.state, isServed(instances, serverName));
      if (kind === 'draining' && !isServed(instances, serverName))
        board.show(
          serverName,
          'draining',
          isStopped(serverName) ? { detail: stoppedDetail(serverName) } : {},
        );
    },
    progress(instance, detail, facts) {
      const { serverName, state } = instance;
      if (state.phase !== 'starting') return;
      if (isServed(instances, serverName)) showReplacing(board, instance, detail);
      else board.show(serverName, 'starting', { detail, ...lastErrorOf(state), ...facts });
    },
    skipped(serverName, state, error, meanwhile) {
      if (isServed(instances, serverName)) board.show(serverName, 'ready', { error, detail: meanwhile });
      else board.show(serverName, state, { error });
    },
    settle(serverName) {
      const instance = instances.serving(serverName);
      const isSettled = instances.of(serverName).every(({ state }) => SETTLED.has(state.phase));
      if (instance && isSettled) showServing(board, instance);
    },
    stopped(serverName) {
      if (instances.of(serverName).length > 0 || board.get(serverName)?.state === 'stopped') return;
      board.show(serverName, 'stopped', { ...NOTHING_RUNS, detail: stoppedDetail(serverName) });
    },
    mayBecomeReady(serverName) {
      if (isStopped(serverName)) return false;
      const state = board.get(serverName)?.state;
      if (state !== 'failed') return state !== undefined && state !== 'unavailable';
      return instances
        .of(serverName)
        .some((it) => it.state.phase === 'failed' && it.state.retry !== 'givenUp');
    },
  };
}

const NOTHING_RUNS = {
  link: undefined,
  pid: undefined,
  containerId: undefined,
  protocolVersion: undefined,
} as const;

/** The reason of the previous failure stays visible until the server is ready. */
const lastErrorOf = ({ lastError }: Starting): Pick<StatusFacts, 'error'> =>
  lastError ? { error: lastError } : {};

const SETTLED: ReadonlySet<string> = new Set(['ready', 'draining']);

const isServed = (instances: Instances, serverName: string): boolean =>
  instances.serving(serverName) !== undefined;

function showServing(board: StatusBoard, instance: Instance): void {
  const { serverName, container, state } = instance;
  const { upstream } = connectionsOf(instance) ?? {};
  const silence = state.phase === 'ready' ? state.silence : undefined;
  board.show(serverName, silence ? 'unhealthy' : 'ready', {
    link: upstream?.kind,
    pid: upstream?.pid,
    containerId: container?.containerId,
    protocolVersion: upstream?.inventory.protocolVersion,
    ...silence,
  });
}

/** The previous failure of the replacement stays visible until the replacement is ready. */
function showReplacing(board: StatusBoard, { serverName, state }: Instance, detail: string): void {
  const lastError = state.phase === 'starting' ? state.lastError : undefined;
  if (lastError)
    board.show(serverName, 'ready', {
      detail: `starting the replacement again: ${detail}`,
      error: lastError,
    });
  else board.show(serverName, 'ready', { detail: `starting the replacement: ${detail}` });
}

function showFailure(board: StatusBoard, serverName: string, failed: Failed, oldServes: boolean): void {
  const { error, restart } = failed;
  const next = nextAttempt(serverName, failed);
  if (oldServes)
    board.show(serverName, 'ready', {
      error,
      detail: `the replacement failed, the old version still serves; ${next}`,
    });
  else
    board.show(serverName, 'failed', {
      error,
      detail: `failure ${restart.failures}; ${next}`,
      pid: undefined,
    });
}

function nextAttempt(serverName: string, { retryInMs, isSlow, demandAfterMs }: Failed): string {
  if (retryInMs === undefined) return `gave up: edit its entry, or run npx hive restart ${serverName}`;
  const when = `trying again in ${Math.ceil(retryInMs / 1000)} s`;
  return isSlow && demandAfterMs !== undefined ? `${when}, and at the next call` : when;
}

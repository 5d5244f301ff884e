/** A layer that holds calls to servers which may become ready, and refuses calls to the others. */
import { type CallLayer, settled } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import type { Unit } from '../../model/compiled.ts';
import type { ServerState } from '../../model/status.ts';
import { jsonText } from '../../model/text/json.ts';
import { METHOD } from '../../wire/methods.ts';
import type { Instance } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { StatusBoard } from '../instances/status-board.ts';
import { createHeldCalls } from './held-calls.ts';
import { notServing } from './refuse.ts';

export interface HoldDeps {
  readonly clock: Clock;
  readonly board: Pick<StatusBoard, 'get' | 'onChange'>;
  readonly instances: Pick<Instances, 'serving' | 'of' | 'hurry'>;
  readonly units: ReadonlyMap<string, Unit>;
  /** True for a server that a person has stopped: no call waits for it, or starts it. */
  readonly isStopped: (serverName: string) => boolean;
  /** Called with the first call that is held for a lazy server. */
  readonly onWanted: (serverName: string) => void;
}

export interface HoldUntilReady {
  readonly layer: CallLayer;
  /** True if calls are held for the server. */
  isWanted(serverName: string): boolean;
  /** Refuses all calls that are held. */
  close(): void;
}

/** States of a server that runs or may run without anybody's help. */
const HOPEFUL: ReadonlySet<ServerState | undefined> = new Set([
  'pending',
  'starting',
  'ready',
  'draining',
  'idle',
]);

/** Longest pause before a restart for which calls wait: the first two are shorter. */
const BRIEF_PAUSE_MS = 3_000;

/** True for an instance that is about to be started again: its time has come, or it had come up before. */
function isRestartedSoon({ state }: Instance): boolean {
  if (state.phase !== 'failed' || state.retry === 'givenUp') return false;
  if (state.retry === 'due') return true;
  return state.hasServed && state.retryInMs !== undefined && state.retryInMs <= BRIEF_PAUSE_MS;
}

export function createHoldUntilReady(deps: HoldDeps): HoldUntilReady {
  const { clock, board, instances, units, isStopped, onWanted } = deps;
  const isServing = (serverName: string): boolean => instances.serving(serverName) !== undefined;
  const mayBecomeReady = (serverName: string): boolean => {
    if (isStopped(serverName)) return false;
    const state = board.get(serverName)?.state;
    // A server without its engine is `unavailable`, although its last instance has a restart ahead.
    return HOPEFUL.has(state) || (state === 'failed' && instances.of(serverName).some(isRestartedSoon));
  };
  /** A call does not wait for the time of the next attempt: it starts the attempt. */
  const isHurried = (serverName: string): boolean =>
    !isStopped(serverName) &&
    board.get(serverName)?.state === 'failed' &&
    instances.hurry(serverName, 'call');
  const refuse = (serverName: string) => notServing(serverName, board);
  const held = createHeldCalls({ clock, board, isServing, mayBecomeReady, refuse });

  const layer: CallLayer = (next) => {
    const self: ReturnType<CallLayer> = (serverName, request, caller) => {
      if (isServing(serverName)) return next(serverName, request, caller);
      // A server that does not run has no subscriptions.
      if (request.method === METHOD.RESOURCES_UNSUBSCRIBE) return settled(NOTHING);
      const view = units.get(serverName)?.server.view;
      if (!view || !(mayBecomeReady(serverName) || isHurried(serverName))) return settled(refuse(serverName));
      const isFirst = !held.has(serverName);
      const call = held.hold(serverName, request, {
        timeoutMs: view.timeouts.start,
        max: view.maxInFlight,
        send: () => self(serverName, request, caller),
      });
      if (isFirst && view.start === 'lazy') onWanted(serverName);
      return call;
    };
    return self;
  };
  return { layer, isWanted: held.has, close: held.close };
}

const NOTHING = { kind: 'result', json: jsonText('{}') } as const;

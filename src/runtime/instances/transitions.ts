/** Transitions between the phases of an instance, as pure functions. */
import { GatewayError } from '../../errors.ts';
import type {
  Connections,
  Draining,
  Failed,
  Instance,
  Phase,
  Ready,
  Silence,
  Starting,
  StateIn,
} from './instance.ts';
import { linkOf } from './instance.ts';
import type { RestartDecision } from './restart-policy.ts';

/**
 * The phases in which each transition is allowed.
 *
 *   starting ──▶ ready ──▶ draining ──▶ ended
 *       │          │           ▲          ▲
 *       └─▶ failed ◀───────────┴──────────┘
 *
 * A failed instance drains if its server is no longer wanted, and ends when the next attempt replaces it.
 */
export const ALLOWED_IN = {
  created: ['starting'],
  linked: ['starting'],
  connected: ['starting'],
  failed: ['starting', 'ready'],
  retryDue: ['failed'],
  updated: ['ready'],
  suspected: ['ready'],
  recovered: ['ready'],
  draining: ['starting', 'ready', 'failed'],
  ended: ['starting', 'failed', 'draining'],
} as const satisfies Record<string, readonly Phase[]>;

export type Transition = keyof typeof ALLOWED_IN;
type Before<T extends Transition> = StateIn<(typeof ALLOWED_IN)[T][number]>;

/**
 * The state that a transition starts from.
 * @throws GatewayError INTERNAL if the phase does not allow the transition
 */
export function stateFor<T extends Transition>(instance: Instance, transition: T): Before<T> {
  const { state, instanceId } = instance;
  const phases: readonly Phase[] = ALLOWED_IN[transition];
  if (phases.includes(state.phase)) return state as Before<T>;
  throw new GatewayError('INTERNAL', `${instanceId} is ${state.phase}: "${transition}" is not possible`);
}

export function starting(before: Failed | undefined): Starting {
  return before
    ? { phase: 'starting', restart: before.restart, lastError: before.error }
    : { phase: 'starting', restart: { failures: 0 } };
}

export function connected(
  { restart }: Starting,
  readyAt: number,
  connections: Connections,
  health: Ready['health'],
): Ready {
  return { phase: 'ready', restart, readyAt, connections, health };
}

export function failed(
  before: Starting | Ready,
  error: GatewayError,
  failedAt: number,
  { state, retryInMs, isSlow, demandAfterMs }: RestartDecision,
): Failed {
  const link = linkOf({ state: before });
  return {
    phase: 'failed',
    restart: state,
    hasServed: before.phase === 'ready',
    error,
    failedAt,
    isSlow,
    retry: retryInMs === undefined ? 'givenUp' : 'backoff',
    ...(retryInMs === undefined ? {} : { retryInMs }),
    ...(demandAfterMs === undefined ? {} : { demandAfterMs }),
    ...(link === undefined ? {} : { link }),
  };
}

export function retryDue(before: Failed): Failed {
  return { ...before, retry: 'due' };
}

export function suspected(before: Ready, silence: Silence): Ready {
  return { ...before, silence };
}

export function recovered({ silence: _, ...before }: Ready): Ready {
  return before;
}

export function draining(before: Starting | Ready | Failed, keepsTasks: boolean): Draining {
  return {
    phase: 'draining',
    keepsTasks,
    ...(before.phase === 'ready' ? { connections: before.connections } : {}),
  };
}

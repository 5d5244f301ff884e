/** Instances: running versions of servers, each in one phase. */
import type { GatewayError } from '../../errors.ts';
import type { Unit } from '../../model/compiled.ts';
import type { ObservedInstance } from '../../model/observed.ts';
import type { CreatedContainer } from '../containers/make-container.ts';
import type { ConnectionPair } from '../isolation/connection-pair.ts';
import type { LegacySide } from '../isolation/legacy-side.ts';
import type { Link } from '../links/link.ts';
import type { RestartState } from './restart-policy.ts';

/** The object stays the same for the life of the instance. Only `Instances` changes its members. */
export interface Instance {
  readonly instanceId: string;
  readonly serverName: string;
  readonly kind: ObservedInstance['kind'];
  /**
   * The entry that the instance runs. An `update` step replaces it: its hash stays the same, its view may
   * not.
   */
  readonly unit: Unit;
  /**
   * The container that it runs in, and the folder of that container's FIFOs. Absent outside containers, or
   * before one is made.
   */
  readonly container?: CreatedContainer;
  readonly state: InstanceState;
}

export type InstanceState = Starting | Ready | Failed | Draining | Ended;
export type Phase = InstanceState['phase'];
export type StateIn<P extends Phase> = Extract<InstanceState, { readonly phase: P }>;

/** An instance that is known to be in this phase. Holds until the next `await`. */
export type InstanceIn<P extends Phase> = Instance & { readonly state: StateIn<P> };

export interface Starting {
  readonly phase: 'starting';
  readonly restart: RestartState;
  /** Why the previous attempt on the same entry failed. */
  readonly lastError?: GatewayError;
  /** How its bytes travel, once the link is open. */
  readonly link?: Link['kind'];
}

export interface Ready {
  readonly phase: 'ready';
  readonly restart: RestartState;
  /** Unix milliseconds. */
  readonly readyAt: number;
  readonly connections: Connections;
  /** Checks that the server still answers. Closed by `Instances` when this phase ends. */
  readonly health: { close(): void };
  /** Set while the server does not answer pings. It still gets calls. */
  readonly silence?: Silence;
}

export interface Failed {
  readonly phase: 'failed';
  readonly restart: RestartState;
  /** True for a failure after the instance had come up. */
  readonly hasServed: boolean;
  readonly error: GatewayError;
  /** Unix milliseconds. */
  readonly failedAt: number;
  /**
   * `backoff`: the next attempt waits for its time. `due`: that time has come. `givenUp`: no attempt follows
   * without a person.
   */
  readonly retry: 'backoff' | 'due' | 'givenUp';
  /** Milliseconds from the failure to the next attempt. Absent when there is none. */
  readonly retryInMs?: number;
  /** True if the fast attempts are over. */
  readonly isSlow: boolean;
  /** Milliseconds after which a call starts the next attempt at once. Absent if no call does. */
  readonly demandAfterMs?: number;
  readonly link?: Link['kind'];
}

export interface Draining {
  readonly phase: 'draining';
  /** Requests for tasks that were begun here still come here. */
  readonly keepsTasks: boolean;
  /** Absent for an instance that was not connected. */
  readonly connections?: Connections;
}

/** The instance is no longer in the table. */
export interface Ended {
  readonly phase: 'ended';
}

export interface Connections extends ConnectionPair {
  /** Those that serve legacy clients, if the server has that era as well. Absent if it cannot have it. */
  readonly legacy?: LegacySide;
}

/** The pairs that are open: the one with which the instance serves first. */
export function pairsOf(connections: Connections | undefined): readonly ConnectionPair[] {
  const legacy = connections?.legacy?.pair;
  return connections ? (legacy ? [connections, legacy] : [connections]) : [];
}

export interface Silence {
  readonly error: GatewayError;
  readonly detail: string;
}

/** The open connections of an instance that serves or drains. */
export function connectionsOf({ state }: Pick<Instance, 'state'>): Connections | undefined {
  return state.phase === 'ready' || state.phase === 'draining' ? state.connections : undefined;
}

/** The kind of link that the instance has, or had before it failed. */
export function linkOf({ state }: Pick<Instance, 'state'>): Link['kind'] | undefined {
  if (state.phase === 'ended') return undefined;
  return 'connections' in state ? state.connections?.upstream.kind : 'link' in state ? state.link : undefined;
}

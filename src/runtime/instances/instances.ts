/** The table of instances: the one place that changes their state, and announces each change. */
import { randomUUID } from 'node:crypto';
import type { GatewayError } from '../../errors.ts';
import type { Clock } from '../../model/clock.ts';
import type { Unit } from '../../model/compiled.ts';
import type { ObservedInstance } from '../../model/observed.ts';
import type { CreatedContainer } from '../containers/make-container.ts';
import type { ConnectionPair } from '../isolation/connection-pair.ts';
import type { Link } from '../links/link.ts';
import {
  type Connections,
  connectionsOf,
  type Instance,
  type InstanceIn,
  type InstanceState,
  linkOf,
  pairsOf,
  type Ready,
  type Silence,
} from './instance.ts';
import { afterFailure, mayHurry, policyFor, type Urgency } from './restart-policy.ts';
import * as to from './transitions.ts';

/** One announced change. `instance` is already in its new state. */
export type InstanceEvent =
  | { readonly kind: 'begun'; readonly instance: Instance; readonly replaced: Instance | undefined }
  | { readonly kind: 'connected'; readonly instance: InstanceIn<'ready'> }
  | { readonly kind: 'failed' | 'retryDue'; readonly instance: InstanceIn<'failed'> }
  | { readonly kind: 'updated' | 'suspected' | 'recovered'; readonly instance: InstanceIn<'ready'> }
  | { readonly kind: 'draining'; readonly instance: InstanceIn<'draining'> };

type Owned = { -readonly [Key in keyof Instance]: Instance[Key] };

/**
 * Every transition but `begin` throws GatewayError INTERNAL if the instance's phase does not allow it
 * (`ALLOWED_IN`).
 */
export class Instances {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #all = new Map<string, Owned>();
  readonly #serving = new Map<string, Owned>();
  readonly #retries = new Map<string, { cancel(): void }>();
  readonly #listeners: ((event: InstanceEvent) => void)[] = [];

  /** @param random in [0, 1): spreads retries */
  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Listeners are called in order, within the transition, and must not start another one. */
  onEvent(listener: (event: InstanceEvent) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Adds an instance that is starting. It replaces a failed one of the same entry and values; the count of
   * failures goes on if the view is the same too.
   */
  begin(unit: Unit, kind: Instance['kind'], container?: CreatedContainer): Instance {
    const { serverName } = unit.server;
    const replaced = this.of(serverName).find((it) => it.state.phase === 'failed' && isSame(it.unit, unit));
    const { state } = replaced ?? {};
    const before = state?.phase === 'failed' && replaced?.unit.viewHash === unit.viewHash ? state : undefined;
    const instanceId = `${serverName}-${randomUUID().slice(0, 8)}`;
    const instance: Owned = { instanceId, serverName, kind, unit, state: to.starting(before) };
    if (container) instance.container = container;
    if (replaced) this.end(replaced);
    this.#all.set(instanceId, instance);
    this.#announce({ kind: 'begun', instance, replaced });
    return instance;
  }

  /** A container was made for it, the first one or another one. */
  created(instance: Instance, container: CreatedContainer): void {
    to.stateFor(instance, 'created');
    this.#owned(instance).container = container;
  }

  /** Its link is open. */
  linked(instance: Instance, link: Link['kind']): void {
    const state = to.stateFor(instance, 'linked');
    this.#owned(instance).state = { ...state, link };
  }

  /**
   * From now on the instance serves. It owns `health`; `connections` are closed by the caller of `failed` or
   * `draining`.
   */
  connected(instance: Instance, connections: Connections, health: Ready['health']): void {
    const state = to.stateFor(instance, 'connected');
    this.#enter(instance, to.connected(state, this.#clock.now(), connections, health));
    this.#serving.set(instance.serverName, this.#owned(instance));
    this.#announce({ kind: 'connected', instance: instance as InstanceIn<'ready'> });
  }

  /** Counts the failure. The restart policy decides on a retry after a delay, or on none. */
  failed(instance: Instance, error: GatewayError): void {
    const state = to.stateFor(instance, 'failed');
    const now = this.#clock.now();
    const ranForMs = state.phase === 'ready' ? now - state.readyAt : 0;
    const decision = afterFailure(policyFor(instance.kind, error), state.restart, ranForMs, this.#random());
    const next = to.failed(state, error, now, decision);
    this.#enter(instance, next);
    if (next.retryInMs !== undefined) this.#scheduleRetry(instance, next.retryInMs);
    this.#announce({ kind: 'failed', instance: instance as InstanceIn<'failed'> });
  }

  /**
   * Makes the next attempt of a failed server due now, if it waits for its time.
   * @returns true if an attempt is due
   */
  hurry(serverName: string, urgency: Urgency): boolean {
    const failed = this.of(serverName).filter(({ state }) => state.phase === 'failed');
    for (const instance of failed) this.#hurry(instance, urgency);
    return failed.some(({ state }) => state.phase === 'failed' && state.retry === 'due');
  }

  /** The entry has another view. */
  updated(instance: Instance, unit: Unit): void {
    to.stateFor(instance, 'updated');
    this.#owned(instance).unit = unit;
    this.#announce({ kind: 'updated', instance: instance as InstanceIn<'ready'> });
  }

  /** The server did not answer a ping. */
  suspected(instance: Instance, silence: Silence): void {
    this.#owned(instance).state = to.suspected(to.stateFor(instance, 'suspected'), silence);
    this.#announce({ kind: 'suspected', instance: instance as InstanceIn<'ready'> });
  }

  /** The server answers again. */
  recovered(instance: Instance): void {
    this.#owned(instance).state = to.recovered(to.stateFor(instance, 'recovered'));
    this.#announce({ kind: 'recovered', instance: instance as InstanceIn<'ready'> });
  }

  /**
   * From now on the instance gets no new calls. With `keepsTasks`, tasks that were begun there can still be
   * asked for.
   */
  draining(instance: Instance, keepsTasks: boolean): void {
    this.#enter(instance, to.draining(to.stateFor(instance, 'draining'), keepsTasks));
    this.#announce({ kind: 'draining', instance: instance as InstanceIn<'draining'> });
  }

  /** Removes the instance from the table. Its connections have been closed by the caller. */
  end(instance: Instance): void {
    to.stateFor(instance, 'ended');
    this.#enter(instance, { phase: 'ended' });
    this.#all.delete(instance.instanceId);
  }

  get(instanceId: string): Instance | undefined {
    return this.#all.get(instanceId);
  }

  /** The instance that gets new calls of this server. */
  serving(serverName: string): InstanceIn<'ready'> | undefined {
    return this.#serving.get(serverName) as InstanceIn<'ready'> | undefined;
  }

  of(serverName: string): readonly Instance[] {
    return this.all().filter((it) => it.serverName === serverName);
  }

  all(): readonly Instance[] {
    return [...this.#all.values()];
  }

  /** The open connections of all instances that serve or drain, in both eras. */
  connections(): readonly ConnectionPair[] {
    return this.all().flatMap((it) => pairsOf(connectionsOf(it)));
  }

  /** True if a link of this kind works, or did until its server failed. */
  hasLink(kind: Link['kind']): boolean {
    return this.all().some((it) => linkOf(it) === kind);
  }

  observed(): readonly ObservedInstance[] {
    return this.all().flatMap(toObserved);
  }

  #owned(instance: Instance): Owned {
    return instance as Owned;
  }

  #enter(instance: Instance, state: InstanceState): void {
    const owned = this.#owned(instance);
    if (owned.state.phase === 'ready') owned.state.health.close();
    this.#retries.get(instance.instanceId)?.cancel();
    this.#retries.delete(instance.instanceId);
    if (this.#serving.get(instance.serverName) === instance) this.#serving.delete(instance.serverName);
    owned.state = state;
  }

  #scheduleRetry(instance: Instance, ms: number): void {
    this.#retries.set(
      instance.instanceId,
      this.#clock.setTimeout(() => this.#retryDue(instance), ms),
    );
  }

  #retryDue(instance: Instance): void {
    this.#owned(instance).state = to.retryDue(to.stateFor(instance, 'retryDue'));
    this.#announce({ kind: 'retryDue', instance: instance as InstanceIn<'failed'> });
  }

  #hurry(instance: Instance, urgency: Urgency): void {
    const { state } = instance;
    if (state.phase !== 'failed' || state.retry !== 'backoff') return;
    if (!mayHurry(state, urgency, this.#clock.now() - state.failedAt)) return;
    this.#retries.get(instance.instanceId)?.cancel();
    this.#retryDue(instance);
  }

  #announce(event: InstanceEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function isSame(a: Unit, b: Unit): boolean {
  return a.hash === b.hash && a.values === b.values;
}

function toObserved({ instanceId, serverName, unit, kind, container, state }: Instance): ObservedInstance[] {
  if (state.phase === 'ended') return [];
  return [
    {
      instanceId,
      serverName,
      kind,
      hash: unit.hash,
      viewHash: unit.viewHash,
      ...(unit.values === undefined ? {} : { values: unit.values }),
      fieldHashes: unit.fieldHashes,
      phase: state.phase,
      isBackingOff: state.phase === 'failed' && state.retry !== 'due',
      ...(container === undefined ? {} : { containerId: container.containerId }),
      ...(state.phase === 'failed' ? { reason: state.error.message } : {}),
    },
  ];
}

import { randomUUID } from 'node:crypto';
import type { GatewayError } from '../../errors.ts';
import type { Clock } from '../../model/clock.ts';
import type { Unit } from '../../model/compiled.ts';
import type { ObservedInstance } from '../../model/observed.ts';
import type { Made } from '../containers/make-container.ts';
import type { Isolated } from '../isolation/isolated.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Offers } from './listings.ts';
import { afterFailure, policyFor, type RestartState } from './restart-policy.ts';
import type { StatusBoard } from './status-board.ts';

/**
 *   starting ──▶ ready ──▶ draining ──▶ (gone)
 *       │          │
 *       └──▶ failed ◀┘   resting until its retry is due; for good when the policy gives up
 */
export interface Instance {
  readonly instanceId: string;
  readonly serverName: string;
  /** Replaced by an `update` step: its hash never changes, its view may. */
  unit: Unit;
  readonly kind: ObservedInstance['kind'];
  containerId?: string;
  /** Folder of its container's FIFOs. */
  pipe?: string;
  phase: ObservedInstance['phase'];
  error?: GatewayError;
  /** Why the attempt before this one failed, on the same entry. */
  lastError?: GatewayError;
  resting: boolean;
  restart: RestartState;
  upstream?: Upstream;
  /** Connections of single sessions or calls, where `isolation` asks for them. */
  isolated?: Isolated;
  /** How its bytes travel: `child`, `pipe`, `attach`, `exec` or `http`. */
  link?: string;
  readyAt?: number;
  /** It drains, and serves whoever began a task there until that is over. */
  keepsTasks?: boolean;
  /** It serves, but gives no sign of life. */
  unwell?: { readonly error: GatewayError; readonly detail: string };
  /** Looks after it while it serves. */
  health?: { close(): void };
  retry?: { cancel(): void };
}

export interface Instances {
  /** Registers a new one in place of a failed one with the same identity, whose failures count on if its entry is the same. */
  begin(unit: Unit, kind: Instance['kind'], container?: Made): Instance;
  ready(instance: Instance, upstream: Upstream): void;
  /** Counts the failure and either lets it rest until a retry or gives up. */
  fail(instance: Instance, error: GatewayError): void;
  /** From now on it serves nobody new; what it offered goes too, unless a successor serves already. */
  draining(instance: Instance): void;
  end(instance: Instance): void;
  get(instanceId: string): Instance | undefined;
  serving(serverName: string): Instance | undefined;
  of(serverName: string): readonly Instance[];
  observed(): readonly ObservedInstance[];
  /** Nothing is on its way for this server: what was told about attempts that are over goes away, if it serves. */
  settle(serverName: string): void;
  all(): readonly Instance[];
}

export interface InstanceEvents {
  readonly offers: () => Offers;
  readonly lookAgain: (cause: string) => void;
}

export function createInstances(clock: Clock, board: StatusBoard, events: InstanceEvents): Instances {
  const instances = new Map<string, Instance>();
  const serving = new Map<string, Instance>();

  const of = (serverName: string): Instance[] =>
    [...instances.values()].filter((it) => it.serverName === serverName);
  const forget = (instance: Instance): void => {
    instance.health?.close();
    instance.retry?.cancel();
    instances.delete(instance.instanceId);
    if (serving.get(instance.serverName) === instance) serving.delete(instance.serverName);
  };
  const rest = (instance: Instance, retryIn: number): void => {
    instance.retry = clock.setTimeout(() => {
      instance.resting = false;
      events.lookAgain(`retrying ${instance.serverName}`);
    }, retryIn);
  };

  return {
    begin(unit, kind, container) {
      const { serverName } = unit.server;
      const failed = of(serverName).find((it) => it.phase === 'failed' && isSame(it.unit, unit));
      const before = failed?.unit.viewHash === unit.viewHash ? failed : undefined;
      const instance = newInstance(unit, kind, container, before?.restart);
      if (before?.error) instance.lastError = before.error;
      if (failed) forget(failed);
      instances.set(instance.instanceId, instance);
      if (failed) events.offers().inherit(failed, instance);
      return instance;
    },
    ready(instance, upstream) {
      instance.phase = 'ready';
      instance.upstream = upstream;
      instance.readyAt = clock.now();
      serving.set(instance.serverName, instance);
      events.offers().put(instance, upstream.inventory);
    },
    fail(instance, error) {
      instance.health?.close();
      const policy = policyFor(instance.kind, error.code);
      const ranFor = instance.readyAt === undefined ? 0 : clock.now() - instance.readyAt;
      const verdict = afterFailure(policy, instance.restart, ranFor, Math.random());
      Object.assign(instance, { phase: 'failed', error, resting: true, restart: verdict.state });
      if (serving.get(instance.serverName) === instance) serving.delete(instance.serverName);
      if (verdict.retryIn !== undefined) rest(instance, verdict.retryIn);
      showFailure(board, instance, error, verdict.retryIn, serving.has(instance.serverName));
      if (verdict.retryIn === undefined) events.offers().withdraw(instance);
    },
    draining(instance) {
      instance.health?.close();
      instance.phase = 'draining';
      instance.retry?.cancel();
      if (serving.get(instance.serverName) === instance) serving.delete(instance.serverName);
      events.offers().withdraw(instance);
    },
    end: forget,
    get: (instanceId) => instances.get(instanceId),
    serving: (serverName) => serving.get(serverName),
    of,
    observed: () => [...instances.values()].map(toObserved),
    settle(serverName) {
      const instance = serving.get(serverName);
      const isSettled = of(serverName).every((it) => it.phase === 'ready' || it.phase === 'draining');
      if (instance && isSettled) showServing(board, instance);
    },
    all: () => [...instances.values()],
  };
}

function isSame(a: Unit, b: Unit): boolean {
  return a.hash === b.hash && a.values === b.values;
}

export function showServing(board: StatusBoard, instance: Instance): void {
  const { serverName, upstream, containerId, unwell } = instance;
  const facts = {
    link: upstream?.kind,
    pid: upstream?.pid,
    containerId,
    protocolVersion: upstream?.inventory.protocolVersion,
  };
  board.show(serverName, unwell ? 'unhealthy' : 'ready', { ...facts, ...unwell });
}

/** Another version serves while this one is on its way; that it has failed before, and why, stays to be seen until it is up. */
export function showReplacing(board: StatusBoard, { serverName, lastError }: Instance, detail: string): void {
  const text = lastError
    ? `its replacement failed, and is tried again: ${detail}`
    : `its replacement: ${detail}`;
  board.show(serverName, 'ready', { detail: text, ...(lastError ? { error: lastError } : {}) });
}

function newInstance(
  unit: Unit,
  kind: Instance['kind'],
  container: Made | undefined,
  restart: RestartState = { failures: 0 },
): Instance {
  const { serverName } = unit.server;
  const instanceId = `${serverName}-${randomUUID().slice(0, 8)}`;
  return {
    instanceId,
    serverName,
    unit,
    kind,
    phase: 'starting',
    resting: false,
    restart,
    ...container,
  };
}

function showFailure(
  board: StatusBoard,
  instance: Instance,
  error: GatewayError,
  retryIn: number | undefined,
  oldServes: boolean,
): void {
  const { serverName, restart } = instance;
  const again =
    retryIn === undefined
      ? `gave up: edit its entry, or: npx hive restart ${serverName}`
      : `trying again in ${Math.ceil(retryIn / 1000)} s`;
  if (oldServes)
    board.show(serverName, 'ready', {
      error,
      detail: `its replacement failed, the old version serves; ${again}`,
    });
  else
    board.show(serverName, 'failed', {
      error,
      detail: `failure ${restart.failures}; ${again}`,
      pid: undefined,
    });
}

function toObserved(instance: Instance): ObservedInstance {
  const { instanceId, serverName, unit, kind, containerId, phase, error, resting } = instance;
  return {
    instanceId,
    serverName,
    kind,
    hash: unit.hash,
    viewHash: unit.viewHash,
    ...(unit.values === undefined ? {} : { values: unit.values }),
    fieldHashes: unit.fieldHashes,
    phase,
    isBackingOff: resting,
    ...(containerId === undefined ? {} : { containerId }),
    ...(error ? { reason: error.message } : {}),
  };
}

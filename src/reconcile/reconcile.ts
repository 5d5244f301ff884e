import type { Unit } from '../model/compiled.ts';
import type { ContainerServer } from '../model/desired.ts';
import type { InstanceKind, Observed, ObservedContainer, ObservedInstance } from '../model/observed.ts';
import type { Plan, Step } from '../model/plan.ts';
import { changedFields, connectCause } from './causes.ts';
import { discoveredUnits, isOwn, newestFirst, type Wanted } from './want.ts';

/**
 * Desired against observed. Pure: no engine, no clock, no files; maps are walked in sorted order, so equal inputs give
 * equal plans. New things come up before old ones go down, and only a step's success lets the next one of its server run:
 * whoever drops the create → connect → disconnect → remove order must say what keeps the old one serving.
 */
export function reconcile(wanted: Wanted, observed: Observed): Plan {
  const discovered = discoveredUnits(wanted, observed);
  const steps = [
    ...wanted.compiled.units.flatMap((unit) => planUnit(wanted, observed, unit)),
    ...[...discovered.values()].flatMap(({ unit, container }) => planLinked(observed, unit, container)),
    ...planGone(wanted, observed, new Set(discovered.keys())),
  ];
  return { steps };
}

function planUnit(wanted: Wanted, observed: Observed, unit: Unit): Step[] {
  const { server } = unit;
  const live = liveInstances(observed, server.serverName);
  const unset = 'unset' in server ? server.unset[0] : undefined;
  if (unset) {
    const hint = `set ${unset.variable} in the environment, or in .env beside ${wanted.file}`;
    return [skip(unit, 'VARIABLE_UNSET', `\${${unset.variable}} is not set`, hint)];
  }
  const isAsleep = observed.asleep.has(server.serverName);
  const plan = (awake: () => Step[]): Step[] =>
    isAsleep ? planAsleep(wanted, observed, unit, live) : awake();
  if (server.type !== 'container') return plan(() => planDirect(unit, live));
  if (observed.engine.state === 'ready') return plan(() => planContainer(wanted, observed, unit, live));
  if (observed.engine.state === 'absent' && server.native) return plan(() => planDirect(unit, live));
  const { code, reason, hint } = observed.engine;
  return [skip(unit, code, reason, hint)];
}

/** Nothing of it runs, and its container stays if it fits: the next call starts it. */
function planAsleep(
  wanted: Wanted,
  observed: Observed,
  unit: Unit,
  live: readonly ObservedInstance[],
): Step[] {
  const { serverName } = unit.server;
  // It ends already, and then is looked at again.
  if (observed.instances.some((it) => it.serverName === serverName && it.phase === 'draining')) return [];
  const own = observed.containers.filter(
    (it) => isOwn(it, wanted.stackName) && it.labels.serverName === serverName && remains(it),
  );
  const kept = own.find((container) => fits(container, unit, live));
  const current = live.find((it) => isOf(unit, it) && it.containerId === kept?.containerId);
  const running = kept && RUNS.has(kept.state) ? { container: kept } : {};
  const ended = current ? { instanceId: current.instanceId } : {};
  const isUp = current !== undefined || 'container' in running;
  const rest: Step[] = isUp
    ? [{ op: 'rest', serverName, ...ended, ...running, cause: 'nobody uses it' }]
    : [];
  const stale = live.filter((it) => it !== current).map((it) => disconnect(it, 'replaced'));
  return [...rest, ...stale, ...own.filter((it) => it !== kept).map((it) => remove(it, 'replaced'))];
}

const RUNS: ReadonlySet<string> = new Set(['running', 'paused', 'restarting']);

/** Native processes, remote URLs and built-in servers: nothing to create, the connection is the server. */
function planDirect(unit: Unit, live: readonly ObservedInstance[]): Step[] {
  const fitting = live.find((instance) => isOf(unit, instance) && instance.containerId === undefined);
  const others = live.filter((instance) => instance !== fitting);
  if (fitting && isPending(unit, fitting)) return [];
  const retire = others.map((old) => disconnect(old, 'replaced'));
  if (fitting?.phase === 'ready') return [...updateView(unit, fitting), ...retire];
  const cause = fitting
    ? `trying again: ${fitting.reason ?? 'it failed'}`
    : others[0]
      ? changedFields(unit, others[0])
      : firstCause(unit);
  const { serverName } = unit.server;
  return [{ op: 'connect', serverName, unit, kind: directKind(unit), cause }, ...retire];
}

/** A container server runs as a native process where there is no engine. */
function directKind({ server: { type } }: Unit): InstanceKind {
  return type === 'remote' || type === 'builtin' ? type : 'native';
}

function firstCause({ server: { type } }: Unit): string {
  return type === 'builtin' ? 'built in' : 'not running';
}

function planContainer(
  wanted: Wanted,
  observed: Observed,
  unit: Unit,
  live: readonly ObservedInstance[],
): Step[] {
  const { serverName } = unit.server;
  const connected = new Set(live.filter((it) => it.phase !== 'failed').map((it) => it.containerId));
  const own = observed.containers
    .filter((it) => isOwn(it, wanted.stackName) && it.labels.serverName === serverName && remains(it))
    .sort((a, b) => rank(connected, a) - rank(connected, b) || newestFirst(a, b));
  const fitting = own.find((container) => fits(container, unit, live));
  const old = own.filter((container) => container !== fitting);
  const stale = live.filter(
    (it) => !(isOf(unit, it) && (it.containerId === fitting?.containerId || it.phase === 'failed')),
  );
  const pending = live.some((it) => isOf(unit, it) && isPending(unit, it));
  const make = pending ? [] : fitting ? planLinked(observed, unit, fitting) : planNew(unit, own, stale);
  const retire = pending
    ? []
    : [...stale.map((it) => disconnect(it, 'replaced')), ...old.map((it) => remove(it, 'replaced'))];
  return holdsHostPort(unit) && !fitting ? [...retire, ...make] : [...make, ...retire];
}

type Skip = Extract<Step, { op: 'skip' }>;

/** Same configuration, same values behind it. */
function isOf(unit: Unit, instance: ObservedInstance): boolean {
  return instance.hash === unit.hash && instance.values === unit.values;
}

/** It has not come up yet, or rests after failing on this very entry: leave it, and let the old one serve meanwhile. */
function isPending(unit: Unit, instance: ObservedInstance): boolean {
  return instance.phase === 'starting' || (instance.resting === true && instance.viewHash === unit.viewHash);
}

/** Of several that fit, the one in use stays in use. */
function rank(connected: ReadonlySet<string | undefined>, container: ObservedContainer): number {
  return connected.has(container.containerId) ? 0 : 1;
}

function remains({ state }: ObservedContainer): boolean {
  return state !== 'removing';
}

function planNew(unit: Unit, own: readonly ObservedContainer[], stale: readonly ObservedInstance[]): Step[] {
  const { serverName } = unit.server;
  const cause = own.length === 0 ? 'no container' : changedFields(unit, stale[0]);
  return [
    { op: 'create', serverName, unit, kind: 'container', cause },
    { op: 'connect', serverName, unit, kind: 'container', cause: 'created' },
  ];
}

/** A container that fits, or a foreign one: connect unless connected. */
function planLinked(observed: Observed, unit: Unit, container: ObservedContainer): Step[] {
  const { serverName } = unit.server;
  const live = liveInstances(observed, serverName);
  const instance = live.find((it) => it.containerId === container.containerId);
  if (instance && isPending(unit, instance)) return [];
  if (instance?.phase === 'ready') return updateView(unit, instance);
  const cause = connectCause(container, instance);
  return [{ op: 'connect', serverName, unit, kind: 'container', container, cause }];
}

function planGone(wanted: Wanted, observed: Observed, discovered: ReadonlySet<string>): Step[] {
  const kept = new Set([...wanted.compiled.units.map((unit) => unit.server.serverName), ...discovered]);
  const instances = observed.instances.filter((it) => it.phase !== 'draining' && !kept.has(it.serverName));
  const own = observed.containers.filter((it) => isOwn(it, wanted.stackName));
  const gone = own.filter((it) => !kept.has(it.labels.serverName) && remains(it));
  const ownIds = new Set(own.map((it) => it.containerId));
  const leftFile = `not in ${wanted.file}`;
  const isForeign = ({ containerId }: ObservedInstance): boolean =>
    containerId !== undefined && !ownIds.has(containerId);
  return [
    ...instances.map((it) => disconnect(it, isForeign(it) ? 'its container stopped' : leftFile)),
    ...gone.map((it) => remove(it, leftFile)),
  ];
}

/** Its label tells the values it was made with; where it has none, the instance on it knows those it was found with. */
function fits(container: ObservedContainer, unit: Unit, live: readonly ObservedInstance[]): boolean {
  const { hash, values } = container.labels;
  const instance = live.find((it) => it.containerId === container.containerId);
  const had = values ?? (instance ? instance.values : unit.values);
  const isAsAsked = hash === unit.hash && had === unit.values && hasLink(container, unit);
  return isAsAsked && container.state !== 'dead';
}

/** One that plain compose made has no pipe: `auto` takes it as it is. */
function hasLink(container: ObservedContainer, { server }: Unit): boolean {
  const isPipe = server.type === 'container' && server.link === 'pipe';
  return !isPipe || container.labels.link === 'pipe';
}

/** Two containers cannot hold one host port or name: such a server must go down before its successor comes up. */
function holdsHostPort(unit: Unit): boolean {
  const server = unit.server as ContainerServer;
  const { compose } = server;
  const isOnHost = server.network === 'host' || compose.network_mode === 'host';
  return server.ports.length > 0 || isOnHost || 'ports' in compose || 'container_name' in compose;
}

function liveInstances(observed: Observed, serverName: string): ObservedInstance[] {
  return observed.instances.filter((it) => it.serverName === serverName && it.phase !== 'draining');
}

function updateView(unit: Unit, instance: ObservedInstance): Step[] {
  if (instance.viewHash === unit.viewHash) return [];
  return [
    {
      op: 'update',
      serverName: unit.server.serverName,
      unit,
      cause: 'prefix, tool filter or timeouts changed',
    },
  ];
}

function disconnect(instance: ObservedInstance, cause: string): Step {
  return { op: 'disconnect', serverName: instance.serverName, instanceId: instance.instanceId, cause };
}

function remove(container: ObservedContainer, cause: string): Step {
  return { op: 'remove', serverName: container.labels.serverName, container, cause };
}

function skip(unit: Unit, code: Skip['code'], cause: string, hint: string): Skip {
  return { op: 'skip', serverName: unit.server.serverName, unit, code, cause, hint };
}

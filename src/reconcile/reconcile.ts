/** Compares desired with observed: a plan whose steps make the running servers match the config. */
import type { Unit } from '../model/compiled.ts';
import type { ContainerServer } from '../model/desired.ts';
import type { IgnoredContainer, Observed, ObservedContainer, ObservedInstance } from '../model/observed.ts';
import type { Plan, Step } from '../model/plan.ts';
import { unsetWords } from '../model/secrets/unset-words.ts';
import { discoverServers } from './discovery.ts';
import { disconnect, remove, skip } from './make-steps.ts';
import { isBeingRemoved, isOwn, liveInstances } from './match.ts';
import { planContainer, planLinked } from './plan-container.ts';
import { planDirect } from './plan-direct.ts';
import { planIdle } from './plan-idle.ts';
import type { Wanted } from './want.ts';

export interface Reconciled {
  readonly plan: Plan;
  /** Every server of this reload: the declared ones, then the discovered ones. */
  readonly units: readonly Unit[];
  /** Containers with MCP labels that are not served, and why. */
  readonly ignored: readonly IgnoredContainer[];
  /** Names of containers with MCP labels that `gateway.discover` does not let in. */
  readonly keptOut: readonly string[];
}

/**
 * Compares desired with observed. Pure: no engine, no clock, no files. Maps are walked in a fixed order, so
 * equal inputs give equal plans. New instances come up before old ones go down, and a step runs only if the
 * step before it of the same server succeeded: a plan that departs from the order create → connect →
 * disconnect → remove must say at that place what keeps the old instance serving.
 */
export function reconcile(wanted: Wanted, observed: Observed): Reconciled {
  const { discovered, ignored, keptOut } = discoverServers(wanted, observed);
  const units = [...wanted.compiled.units, ...discovered.map(({ unit }) => unit)];
  const steps = [
    ...wanted.compiled.units.flatMap((unit) => planUnit(wanted, observed, unit)),
    ...discovered.flatMap(({ unit, container }) => planDiscovered(wanted, observed, unit, container)),
    ...planGone(wanted, observed, new Set(units.map(({ server }) => server.serverName))),
  ];
  return { plan: { steps }, units, ignored, keptOut };
}

const STOPPED = 'stopped by `hive stop`';

function planUnit(wanted: Wanted, observed: Observed, unit: Unit): Step[] {
  if (wanted.stopped?.has(unit.server.serverName)) {
    const live = liveInstances(observed, unit.server.serverName);
    return planIdle(wanted, observed, unit, live, STOPPED);
  }
  const blocked = skipUnset(wanted, unit) ?? skipWithoutEngine(observed, unit);
  if (blocked) return [blocked];
  const { serverName } = unit.server;
  const live = liveInstances(observed, serverName);
  if (observed.idle.has(serverName)) return planIdle(wanted, observed, unit, live, 'idle');
  if (!isInContainer(unit) || observed.engine.state !== 'ready') return planDirect(unit, live);
  return planContainer(wanted, observed, unit, live);
}

/** The container of a stopped server runs on: Hive did not make it. */
function planDiscovered(
  wanted: Wanted,
  observed: Observed,
  unit: Unit,
  container: ObservedContainer,
): Step[] {
  const { serverName } = unit.server;
  if (!wanted.stopped?.has(serverName)) return planLinked(observed, unit, container);
  return liveInstances(observed, serverName).map((it) => disconnect(it, STOPPED));
}

function skipUnset(wanted: Wanted, unit: Unit): Step | undefined {
  const unset = 'unset' in unit.server ? unit.server.unset[0] : undefined;
  if (!unset) return undefined;
  const { message, hint } = unsetWords(unset, wanted.file);
  return skip(unit, { code: unset.trouble ? 'SECRETS_FAILED' : 'VARIABLE_UNSET', cause: message, hint });
}

/**
 * Without an engine a container server runs natively if its entry allows; if the engine was lost, it is
 * waited for.
 */
function skipWithoutEngine({ engine }: Observed, unit: Unit): Step | undefined {
  if (engine.state === 'ready' || !isInContainer(unit)) return undefined;
  if (engine.state === 'absent' && unit.server.native) return undefined;
  return skip(unit, { code: engine.code, cause: engine.reason, hint: engine.hint });
}

function isInContainer(unit: Unit): unit is Unit & { readonly server: ContainerServer } {
  return unit.server.type === 'container';
}

/** Ends instances and removes own containers of servers that are neither declared nor discovered any more. */
function planGone(wanted: Wanted, observed: Observed, kept: ReadonlySet<string>): Step[] {
  const own = observed.containers.filter((it) => isOwn(it, wanted));
  const ownIds = new Set(own.map((it) => it.containerId));
  const leftFile = (name: string) =>
    wanted.off?.includes(name) ? `off in ${wanted.file}` : `not in ${wanted.file}`;
  const causeOf = ({ serverName, containerId }: ObservedInstance): string =>
    containerId !== undefined && !ownIds.has(containerId) ? 'its container stopped' : leftFile(serverName);
  return [
    ...observed.instances
      .filter((it) => it.phase !== 'draining' && !kept.has(it.serverName))
      .map((it) => disconnect(it, causeOf(it))),
    ...own
      .filter((it) => !kept.has(it.labels.serverName) && !isBeingRemoved(it))
      .map((it) => remove(it, leftFile(it.labels.serverName))),
  ];
}

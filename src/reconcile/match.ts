/** Comparisons of running instances and containers with the desired units. */
import type { Unit } from '../model/compiled.ts';
import type { ContainerServer } from '../model/desired.ts';
import type { Observed, ObservedContainer, ObservedInstance } from '../model/observed.ts';
import type { Wanted } from './want.ts';

/** True for a container made from this stack's Compose file, by Hive or by hand. */
export function isOwn(container: ObservedContainer, { stackName }: Wanted): boolean {
  return container.labels.stack === stackName;
}

/** A server's own containers, without those that are being removed. */
export function ownContainers(wanted: Wanted, observed: Observed, serverName: string): ObservedContainer[] {
  return observed.containers.filter(
    (it) => it.labels.serverName === serverName && isOwn(it, wanted) && !isBeingRemoved(it),
  );
}

export function isBeingRemoved({ state }: ObservedContainer): boolean {
  return state === 'removing';
}

const UP: ReadonlySet<ObservedContainer['state']> = new Set(['running', 'paused', 'restarting']);

/** True if the container's process exists. */
export function isUp({ state }: ObservedContainer): boolean {
  return UP.has(state);
}

/** The instances of a server that are not ending. */
export function liveInstances(observed: Observed, serverName: string): ObservedInstance[] {
  return observed.instances.filter((it) => it.serverName === serverName && it.phase !== 'draining');
}

/** True if the instance runs the unit's configuration with the same values behind it. */
export function runsUnit(unit: Unit, instance: ObservedInstance): boolean {
  return instance.hash === unit.hash && instance.values === unit.values;
}

/**
 * True if the instance is starting, or backs off after failing on this very entry: nothing is to be done
 * about it now.
 */
export function isPending(unit: Unit, instance: ObservedInstance): boolean {
  return (
    instance.phase === 'starting' || (instance.isBackingOff === true && instance.viewHash === unit.viewHash)
  );
}

/**
 * True if the container can serve the unit as it is. The values it was made with are in its label; a
 * container without that label has the values that its instance found.
 */
export function fits(container: ObservedContainer, unit: Unit, live: readonly ObservedInstance[]): boolean {
  const { hash, values } = container.labels;
  const instance = live.find((it) => it.containerId === container.containerId);
  const madeWith = values ?? (instance ? instance.values : unit.values);
  const isSame = hash === unit.hash && madeWith === unit.values;
  return isSame && hasLink(container, unit) && container.state !== 'dead';
}

/** A container made by plain Compose has no pipe. `link: auto` accepts it, `link: pipe` does not. */
function hasLink(container: ObservedContainer, { server }: Unit): boolean {
  const needsPipe = server.type === 'container' && server.link === 'pipe';
  return !needsPipe || container.labels.link === 'pipe';
}

/**
 * True for a server that must go down before its successor comes up: two containers cannot hold one host port
 * or name.
 */
export function holdsHostName(server: ContainerServer): boolean {
  const { compose, network, ports } = server;
  const isOnHost = network === 'host' || compose.network_mode === 'host';
  return ports.length > 0 || isOnHost || 'ports' in compose || 'container_name' in compose;
}

/** Orders containers by age, newest first; equal ages by id, so that plans are stable. */
export function newestFirst(a: ObservedContainer, b: ObservedContainer): number {
  return b.createdAt - a.createdAt || (a.containerId < b.containerId ? -1 : 1);
}

/** Comparisons of running instances and containers with the desired units. */
import type { Unit } from '../model/compiled.ts';
import type { ContainerServer } from '../model/desired.ts';
import type { Observed, ObservedContainer, ObservedInstance, OtherFile } from '../model/observed.ts';
import { isSameImage } from '../model/text/image-ids.ts';
import type { Wanted } from './want.ts';

/** True for a container made from this file, by Hive or by hand. Its labels alone prove nothing. */
export function isOwn(
  { labels, maker }: ObservedContainer,
  { stackName }: Pick<Wanted, 'stackName'>,
): boolean {
  return labels.stack === stackName && (maker === 'this-gateway' || maker === 'this-file');
}

/** Another file with this stack's name, and its containers. */
export interface Taken {
  readonly by: OtherFile;
  readonly containerNames: readonly string[];
}

/** Who else uses the stack's name, with a running gateway or with containers; undefined if nobody does. */
export function takenBy(
  { stackName }: Pick<Wanted, 'stackName'>,
  { containers, holder }: Pick<Observed, 'containers' | 'holder'>,
): Taken | undefined {
  const others = containers.filter(
    ({ labels, maker }) => labels.stack === stackName && maker === 'other-file',
  );
  const by = holder ?? others.find(({ madeFor }) => madeFor)?.madeFor;
  return by && { by, containerNames: others.map(({ containerName }) => containerName).sort() };
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
export function fits(
  container: ObservedContainer,
  unit: Unit,
  { live, images }: { readonly live: readonly ObservedInstance[]; readonly images: Observed['images'] },
): boolean {
  const { hash, values } = container.labels;
  const instance = live.find((it) => it.containerId === container.containerId);
  const madeWith = values ?? (instance ? instance.values : unit.values);
  const isSame = hash === unit.hash && madeWith === unit.values;
  const isUsable = container.state !== 'dead' && !container.isCutOff;
  const isCurrent = imageMove(container, unit, images) === undefined;
  return isSame && hasLink(container, unit) && isUsable && isCurrent && hasImage(container, unit);
}

/** Why the unit's image is another one than that of the container, in words; undefined if it is the same. */
export function imageMove(
  { imageId }: ObservedContainer,
  { image }: Unit,
  images: Observed['images'],
): string | undefined {
  const now = image === undefined ? undefined : images?.get(image);
  if (!now || imageId === undefined) return undefined;
  if (now.outdated !== undefined) return now.outdated;
  return isSameImage(imageId, now.imageId) ? undefined : 'its image has changed';
}

/**
 * Without a proof by key, the image must be the one that the entry names. Engines show the id in place of a
 * name that means another image by now.
 */
function hasImage({ maker, image }: ObservedContainer, unit: Unit): boolean {
  const { server } = unit;
  if (maker === 'this-gateway' || server.type !== 'container') return true;
  const wanted = 'image' in server.compose ? String(server.compose.image) : (unit.image ?? '');
  return wanted.includes('$') || plainImage(image) === plainImage(wanted);
}

/** A reference without the parts that engines add. */
function plainImage(reference: string): string {
  const short = reference.replace(/^(docker\.io|localhost)\//, '').replace(/^library\//, '');
  return short.replace(/:latest$/, '');
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

/** Plan of a server in a container, and of a foreign container that was discovered. */
import type { Unit } from '../model/compiled.ts';
import type { ContainerServer } from '../model/desired.ts';
import type { Observed, ObservedContainer, ObservedInstance } from '../model/observed.ts';
import type { Step } from '../model/plan.ts';
import { changedFields, connectCause } from './causes.ts';
import { disconnect, remove, skip, stackTaken, updateView } from './make-steps.ts';
import {
  fits,
  holdsHostName,
  imageMove,
  isPending,
  liveInstances,
  newestFirst,
  ownContainers,
  runsUnit,
  takenBy,
} from './match.ts';
import type { Wanted } from './want.ts';

/** The new container comes up before the old one goes, unless both would hold the same host port or name. */
export function planContainer(
  wanted: Wanted,
  observed: Observed,
  unit: Unit & { readonly server: ContainerServer },
  live: readonly ObservedInstance[],
): Step[] {
  const own = ownContainers(wanted, observed, unit.server.serverName).sort(connectedFirst(live));
  const { images } = observed;
  // A server that failed in a container of an old image may come up in one of the new image.
  const isOutdated = ({ phase, containerId }: ObservedInstance): boolean =>
    phase === 'failed' &&
    own.some((it) => it.containerId === containerId && imageMove(it, unit, images) !== undefined);
  if (live.some((it) => runsUnit(unit, it) && isPending(unit, it) && !isOutdated(it))) return [];
  const fitting = own.find((container) => fits(container, unit, { live, images }));
  const stale = live.filter(
    (it) => !(runsUnit(unit, it) && (it.containerId === fitting?.containerId || it.phase === 'failed')),
  );
  const retire = [
    ...stale.map((it) => disconnect(it, 'replaced')),
    ...own.filter((it) => it !== fitting).map((it) => remove(it, 'replaced')),
  ];
  if (fitting) return [...planLinked(observed, unit, fitting), ...retire];
  const other = takenBy(wanted, observed);
  if (other) return [skip(unit, stackTaken(wanted, other))];
  const make = planNew(unit, own, stale, observed);
  return holdsHostName(unit.server) ? [...retire, ...make] : [...make, ...retire];
}

/** The container in use wins over other fitting containers; otherwise the newest wins. */
function connectedFirst(live: readonly ObservedInstance[]) {
  const connected = new Set(live.filter((it) => it.phase !== 'failed').map((it) => it.containerId));
  const rank = ({ containerId }: ObservedContainer): number => (connected.has(containerId) ? 0 : 1);
  return (a: ObservedContainer, b: ObservedContainer): number => rank(a) - rank(b) || newestFirst(a, b);
}

function planNew(
  unit: Unit,
  own: readonly ObservedContainer[],
  stale: readonly ObservedInstance[],
  { images }: Pick<Observed, 'images'>,
): Step[] {
  if (own.some(({ isCutOff }) => isCutOff)) return makeSteps(unit, 'its container lost its network');
  const moved = own.find((it) => it.labels.hash === unit.hash && imageMove(it, unit, images) !== undefined);
  if (moved) return makeSteps(unit, imageMove(moved, unit, images) ?? '');
  return makeSteps(unit, own.length === 0 ? 'no container' : changedFields(unit, stale[0]));
}

function makeSteps(unit: Unit, cause: string): Step[] {
  const { serverName } = unit.server;
  return [
    { op: 'create', serverName, unit, kind: 'container', cause },
    { op: 'connect', serverName, unit, kind: 'container', cause: 'created' },
  ];
}

/** Connects to a container that fits, or to a foreign one, unless it is connected. */
export function planLinked(observed: Observed, unit: Unit, container: ObservedContainer): Step[] {
  const { serverName } = unit.server;
  const live = liveInstances(observed, serverName);
  const instance = live.find((it) => it.containerId === container.containerId);
  if (instance && isPending(unit, instance)) return [];
  if (instance?.phase === 'ready') return updateView(unit, instance);
  const cause = connectCause(container, instance);
  return [{ op: 'connect', serverName, unit, kind: 'container', container, cause }];
}

/** Plan of a server that is not to run now: no client needs it, or a person has stopped it. */
import type { Unit } from '../model/compiled.ts';
import type { Observed, ObservedContainer, ObservedInstance } from '../model/observed.ts';
import type { Step } from '../model/plan.ts';
import { disconnect, remove } from './make-steps.ts';
import { fits, isUp, ownContainers, runsUnit } from './match.ts';
import type { Wanted } from './want.ts';

/** A container that fits is stopped and kept; other containers are removed. */
export function planIdle(
  wanted: Wanted,
  observed: Observed,
  unit: Unit,
  live: readonly ObservedInstance[],
  cause: string,
): Step[] {
  const { serverName } = unit.server;
  // An instance is ending: its end triggers the next reload.
  if (observed.instances.some((it) => it.serverName === serverName && it.phase === 'draining')) return [];
  const own = ownContainers(wanted, observed, serverName);
  const kept = own.find((container) => fits(container, unit, { live, images: observed.images }));
  const current = live.find((it) => runsUnit(unit, it) && it.containerId === kept?.containerId);
  return [
    ...stopIdle(serverName, current, kept && isUp(kept) ? kept : undefined, cause),
    ...live.filter((it) => it !== current).map((it) => disconnect(it, 'replaced')),
    ...own.filter((it) => it !== kept).map((it) => remove(it, 'replaced')),
  ];
}

function stopIdle(
  serverName: string,
  instance: ObservedInstance | undefined,
  container: ObservedContainer | undefined,
  cause: string,
): Step[] {
  if (!instance && !container) return [];
  const what = {
    ...(instance && { instanceId: instance.instanceId }),
    ...(container && { container }),
  };
  return [{ op: 'stop', serverName, ...what, cause }];
}

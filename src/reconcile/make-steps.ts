/** Makers of the steps that need no further decision. */
import type { Unit } from '../model/compiled.ts';
import type { ObservedContainer, ObservedInstance } from '../model/observed.ts';
import type { Step } from '../model/plan.ts';

type Skip = Extract<Step, { op: 'skip' }>;

export function disconnect(instance: ObservedInstance, cause: string): Step {
  return { op: 'disconnect', serverName: instance.serverName, instanceId: instance.instanceId, cause };
}

export function remove(container: ObservedContainer, cause: string): Step {
  return { op: 'remove', serverName: container.labels.serverName, container, cause };
}

export function skip(unit: Unit, why: Pick<Skip, 'code' | 'cause' | 'hint'>): Skip {
  return { op: 'skip', serverName: unit.server.serverName, unit, ...why };
}

/** Gives a running instance the unit's view; no step if it has that view. */
export function updateView(unit: Unit, instance: ObservedInstance): Step[] {
  if (instance.viewHash === unit.viewHash) return [];
  const { serverName } = unit.server;
  return [{ op: 'update', serverName, unit, cause: 'prefix, tool filter or timeouts changed' }];
}

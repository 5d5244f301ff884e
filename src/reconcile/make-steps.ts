/** Makers of the steps that need no further decision. */
import type { Unit } from '../model/compiled.ts';
import type { ObservedContainer, ObservedInstance } from '../model/observed.ts';
import type { Step } from '../model/plan.ts';
import { shellWord } from '../model/text/commands.ts';
import type { Taken } from './match.ts';
import type { Wanted } from './want.ts';

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

/** Why no container can be made: another file has the stack's name. */
export function stackTaken(
  { stackName, file }: Pick<Wanted, 'stackName' | 'file'>,
  { by, containerNames }: Taken,
): Pick<Skip, 'code' | 'cause' | 'hint'> {
  const gateway = by.pid === undefined ? [] : [`its gateway runs, pid ${by.pid}`];
  const containers = containerNames.length === 0 ? [] : [`containers ${containerNames.join(', ')}`];
  const rename = `give ${file} another \`name:\``;
  const end = by.canBeDowned
    ? ['npx', 'hive', 'down', '-c', by.path]
    : ['docker', 'rm', '-f', ...containerNames];
  const canEnd = by.canBeDowned || containerNames.length > 0;
  return {
    code: 'STACK_TAKEN',
    cause: `the stack ${stackName} is that of ${by.path} (${[...gateway, ...containers].join('; ')})`,
    hint: canEnd ? `${rename}, or end the other one: ${end.map(shellWord).join(' ')}` : rename,
  };
}

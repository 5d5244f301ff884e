/** Plan of a server without a container: a native process, a remote URL or a built-in server. */
import type { Unit } from '../model/compiled.ts';
import type { InstanceKind, ObservedInstance } from '../model/observed.ts';
import type { Step } from '../model/plan.ts';
import { changedFields, retryCause } from './causes.ts';
import { disconnect, updateView } from './make-steps.ts';
import { isPending, runsUnit } from './match.ts';

/**
 * No creation step: the connection is the server. `live` are the server's instances that are not
 * ending.
 */
export function planDirect(unit: Unit, live: readonly ObservedInstance[]): Step[] {
  const fitting = live.find((it) => runsUnit(unit, it) && it.containerId === undefined);
  if (fitting && isPending(unit, fitting)) return [];
  const others = live.filter((it) => it !== fitting);
  const retire = others.map((old) => disconnect(old, 'replaced'));
  if (fitting?.phase === 'ready') return [...updateView(unit, fitting), ...retire];
  const { serverName } = unit.server;
  const cause = fitting ? retryCause(fitting) : startCause(unit, others[0]);
  return [{ op: 'connect', serverName, unit, kind: directKind(unit), cause }, ...retire];
}

/** A container server runs as a native process where there is no engine. */
function directKind({ server: { type } }: Unit): InstanceKind {
  return type === 'remote' || type === 'builtin' ? type : 'native';
}

function startCause(unit: Unit, old: ObservedInstance | undefined): string {
  if (old) return changedFields(unit, old);
  return unit.server.type === 'builtin' ? 'built in' : 'not running';
}

/** Causes of steps, in words that the printed plan shows. */
import type { Unit } from '../model/compiled.ts';
import type { ObservedContainer, ObservedInstance } from '../model/observed.ts';

/** Names the config keys that differ between the running instance and the unit. */
export function changedFields(unit: Unit, running: ObservedInstance | undefined): string {
  if (!running) return 'its configuration changed';
  const keys = new Set([...Object.keys(unit.fieldHashes), ...Object.keys(running.fieldHashes)]);
  const changed = [...keys].filter((key) => unit.fieldHashes[key] !== running.fieldHashes[key]).sort();
  // Servers of different types have few keys in common, so the other names would say nothing.
  if (changed.includes('type')) return 'changed: type';
  if (changed.length > 0) return `changed: ${listOf(changed)}`;
  const hasNewValues = unit.values !== running.values;
  return hasNewValues ? 'changed: the values of its variables or files' : 'its configuration changed';
}

/** More names are only counted: a build may copy many files. */
const MAX_NAMES = 8;

function listOf(names: readonly string[]): string {
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  return `${names.slice(0, MAX_NAMES).join(', ')}${more}`;
}

/** Why a container that fits is not connected yet. */
export function connectCause(container: ObservedContainer, failed: ObservedInstance | undefined): string {
  if (failed) return retryCause(failed);
  if (container.state === 'running') return 'container runs, not connected';
  return container.state === 'created' ? 'container was never started' : `container is ${container.state}`;
}

/** Why a failed instance is started again. */
export function retryCause({ reason = 'it failed' }: ObservedInstance): string {
  return `trying again: ${reason}`;
}

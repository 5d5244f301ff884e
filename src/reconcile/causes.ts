import type { Unit } from '../model/compiled.ts';
import type { ObservedContainer, ObservedInstance } from '../model/observed.ts';

/** Which config keys differ between what runs and what is wanted, for the cause of a replacement. */
export function changedFields(unit: Unit, running: ObservedInstance | undefined): string {
  if (!running) return 'its configuration changed';
  const keys = new Set([...Object.keys(unit.fieldHashes), ...Object.keys(running.fieldHashes)]);
  const changed = [...keys].filter((key) => unit.fieldHashes[key] !== running.fieldHashes[key]).sort();
  if (changed.length > 0) return `changed: ${changed.join(', ')}`;
  const isOther = unit.values !== running.values;
  return isOther ? 'changed: what its variables or files hold' : 'its configuration changed';
}

/** Why a container that fits is not yet connected. */
export function connectCause(container: ObservedContainer, failed: ObservedInstance | undefined): string {
  if (failed) return `trying again: ${failed.reason ?? 'it failed'}`;
  if (container.state === 'running') return 'container runs, not connected';
  return container.state === 'created' ? 'container was never started' : `container is ${container.state}`;
}

/** Reads the events of Podman, which knows no filter for a label, and none for several kinds at once. */
import { type EngineEvent, labelsOf } from './container-events.ts';

/** Podman's own words beside those of Docker. */
const CHANGES = new Set(['start', 'die', 'died', 'destroy', 'remove', 'pause', 'unpause', 'rename']);

/** True for an event of a container with this label after which a listing may differ. */
export const isPodmanChange = (event: EngineEvent, label: string): boolean =>
  CHANGES.has(event.Action ?? '') && Object.hasOwn(labelsOf(event), label);

/** What events of an engine say of containers. */
import type { ContainerEnd } from '../../model/engine.ts';

/** An event, as far as it is used. */
export interface EngineEvent {
  readonly Action?: string;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> };
}

/** The labels of the container stand among the attributes of the event. */
export const labelsOf = ({ Actor }: EngineEvent): Readonly<Record<string, string>> => Actor?.Attributes ?? {};

/** Podman's word for `die` is `died`. */
const EXITS = new Set(['die', 'died']);

/** Undefined for an event that is no end. */
export function endIn(event: EngineEvent): ContainerEnd | undefined {
  const { Action = '', Actor } = event;
  const labels = labelsOf(event);
  if (Actor?.ID === undefined) return undefined;
  const of = { containerId: Actor.ID, labels };
  if (Action === 'oom') return { kind: 'oom', ...of };
  if (!EXITS.has(Action)) return undefined;
  const exitCode = Number.parseInt(labels.exitCode ?? labels.containerExitCode ?? '', 10);
  return { kind: 'exit', ...of, ...(Number.isNaN(exitCode) ? {} : { exitCode }) };
}

/** Podman's own words beside those of Docker. */
const CHANGES = new Set(['start', 'die', 'died', 'destroy', 'remove', 'pause', 'unpause', 'rename']);

/**
 * True for an event of a container with this label after which a listing may differ. Podman knows no filter
 * for a label, and none for several kinds at once.
 */
export const isPodmanChange = (event: EngineEvent, label: string): boolean =>
  CHANGES.has(event.Action ?? '') && Object.hasOwn(labelsOf(event), label);

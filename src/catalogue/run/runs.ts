/** The forms in which an entry can run here, in the order in which they are tried. */
import type { Entry, Way } from '../entry/entry.ts';
import { isPackage } from '../server/launch.ts';

/** `package`: in a container of an image that Hive builds; `native`: as a process of this machine. */
export type Form = 'image' | 'package' | 'remote' | 'native';

export interface Run {
  readonly form: Form;
  readonly way: Way;
  /** Why it is not tried, in words. */
  readonly lacks?: string;
}

export interface Machine {
  /** Why there is no container engine, in words; absent if there is one. */
  readonly noEngine?: string | undefined;
  /** True if packages may run as processes of this machine. */
  readonly isNativeAllowed: boolean;
}

const FORMS: readonly Form[] = ['image', 'package', 'remote', 'native'];

/** @param only the one form that is wanted */
export function runsOf({ ways }: Pick<Entry, 'ways'>, machine: Machine, only?: Form): Run[] {
  return FORMS.filter((form) => only === undefined || form === only).flatMap((form) =>
    ways
      .filter((way) => hasForm(way, form))
      .map((way): Run => {
        const lacks = lackOf(way, form, machine);
        return { form, way, ...(lacks !== undefined && { lacks }) };
      }),
  );
}

function hasForm(way: Way, form: Form): boolean {
  return form === way.kind || (isPackage(way) && (form === 'package' || form === 'native'));
}

function lackOf(way: Way, form: Form, { noEngine, isNativeAllowed }: Machine): string | undefined {
  if (form === 'remote') return undefined;
  if (form === 'native')
    return isNativeAllowed ? undefined : 'the entry of the registry has no `native: true`';
  if (noEngine !== undefined) return `there is no container engine: ${noEngine}`;
  return isPackage(way) && way.runtime ? 'it needs options of its runner' : undefined;
}

/** `npm @scope/name@1.0.0 in a container`. */
export function describeRun({ form, way }: Pick<Run, 'form' | 'way'>): string {
  if (way.kind === 'image') return `image ${way.image}`;
  if (way.kind === 'remote') return `remote ${way.url}`;
  const { kind, package: name, version } = way;
  const spec = version === undefined ? name : `${name} ${version}`;
  const pins = way.with ? ` with ${way.with.join(', ')}` : '';
  const where = form === 'package' ? ', in a container that Hive builds' : ', as a process';
  return `${kind} ${spec}${pins}${where}`;
}

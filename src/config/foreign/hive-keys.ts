/** The keys of Hive's own entries, for telling them from those of other clients. */
import { KEYS, KINDS, schemaOf } from '../schema/kinds.ts';
import { READ_ONCE } from '../schema/values.ts';

/** Every key that an entry of some kind may have. */
export const HIVE_KEYS: ReadonlySet<string> = new Set(Object.values(KEYS).flatMap((keys) => [...keys]));

/** True if the value is one that Hive's key of this name may have: other clients use some names otherwise. */
export function fitsHive(key: string, value: unknown): boolean {
  return KINDS.some((kind) => {
    const shape = schemaOf(kind, {}).shape as Readonly<Record<string, { safeParse: SafeParse }>>;
    return Object.hasOwn(shape, key) && shape[key]?.safeParse(value, READ_ONCE).success === true;
  });
}

type SafeParse = (value: unknown, options: typeof READ_ONCE) => { readonly success: boolean };

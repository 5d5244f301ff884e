/** JSON in which equal values have equal texts. */
import { isRecord } from './is-record.ts';

/** JSON text whose members are sorted by name, at each depth. */
export const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );

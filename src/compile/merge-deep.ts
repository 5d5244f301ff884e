/** Deep merge of maps. */
import { isRecord } from '../model/collections/is-record.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Merges maps key by key. Lists and plain values of `over` replace those of `base`. */
export function mergeDeep(base: Fields, over: Fields): Fields {
  const merged = new Map<string, unknown>(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key);
    merged.set(key, isRecord(below) && isRecord(value) ? mergeDeep(below, value) : value);
  }
  return Object.fromEntries(merged);
}

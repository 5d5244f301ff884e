/** A map for entries that come and go by the thousand. */

interface Cell<V> {
  value: V | undefined;
}

/**
 * Releases a value as soon as its entry is deleted. V8's own map, when it rebuilds its table, keeps the old
 * table and its values reachable until a full collection: values of finished calls then survive and are
 * copied as if they were needed.
 */
export interface BriefMap<K, V> {
  readonly size: number;
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): boolean;
  keys(): IterableIterator<K>;
  /** In insertion order. */
  values(): V[];
}

export function createBriefMap<K, V>(): BriefMap<K, V> {
  const cells = new Map<K, Cell<V>>();
  return {
    get size() {
      return cells.size;
    },
    get: (key) => cells.get(key)?.value,
    set(key, value) {
      const cell = cells.get(key);
      if (cell) cell.value = value;
      else cells.set(key, { value });
    },
    delete(key) {
      const cell = cells.get(key);
      if (cell) cell.value = undefined;
      return cells.delete(key);
    },
    keys: () => cells.keys(),
    values: () => [...cells.values()].map(({ value }) => value as V),
  };
}

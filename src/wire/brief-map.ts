interface Cell<V> {
  value: V | undefined;
}

/**
 * A map for what comes and goes by the thousand. V8's own, once its table is rebuilt, keeps the old table and what was in it reachable
 * from the tables before, until a full collection: every call in flight then outlives itself and is copied as if it were
 * still needed. Here a deleted entry lets go of its value at once.
 */
export interface BriefMap<K, V> {
  readonly size: number;
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): boolean;
  keys(): IterableIterator<K>;
  /** In the order in which they came. */
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

/**
 * Holds the current catalog. Publishing swaps one reference; listeners are notified only of lists whose bytes
 * differ.
 */
import {
  type Catalog,
  type CatalogList,
  type CatalogView,
  EMPTY_VIEW,
  LIST_KINDS,
  type ListKind,
} from '../model/catalog.ts';
import type { CatalogChange, CatalogReader } from '../model/catalog-reader.ts';

export interface CatalogStore extends CatalogReader {
  /** Makes `next` the current snapshot and notifies the listeners. */
  publish(next: Catalog): void;
}

const EMPTY: Catalog = Object.freeze({ all: EMPTY_VIEW, byServer: new Map(), conflicts: [] });

export function createCatalogStore(): CatalogStore {
  let current = EMPTY;
  const listeners = new Set<(change: CatalogChange) => void>();
  return {
    current: () => current,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    publish(next) {
      const change = catalogChange(current, next);
      current = next;
      if (change.all.length === 0 && change.byServer.size === 0) return;
      for (const listener of [...listeners]) listener(change);
    },
  };
}

/**
 * The lists whose bytes differ. An added or removed server changes those of its own lists that are not empty.
 */
export function catalogChange(before: Catalog, after: Catalog): CatalogChange {
  const names = new Set([...before.byServer.keys(), ...after.byServer.keys()]);
  const byServer = [...names]
    .map((name) => [name, changedLists(before.byServer.get(name), after.byServer.get(name))] as const)
    .filter(([, kinds]) => kinds.length > 0);
  return { all: changedLists(before.all, after.all), byServer: new Map(byServer) };
}

function changedLists(before: CatalogView = EMPTY_VIEW, after: CatalogView = EMPTY_VIEW): ListKind[] {
  return LIST_KINDS.filter((kind) => !isSame(before.lists[kind], after.lists[kind]));
}

const isSame = (before: CatalogList, after: CatalogList): boolean =>
  before.json.equals(after.json) && before.modern.equals(after.modern);

/**
 * Holds the current catalog, and what its named views show while clients see them. Publishing swaps one
 * reference; listeners are notified only of lists whose bytes differ.
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
import type { NamedView } from '../model/desired.ts';
import { type HeldChange, HeldViews } from './held-views.ts';

export interface CatalogStore extends CatalogReader {
  /** Makes `next` the current snapshot and notifies the listeners. */
  publish(next: Catalog): void;
  /** Replaces the named views, and notifies the listeners of what that changes. */
  setViews(views: readonly NamedView[]): void;
}

const EMPTY: Catalog = Object.freeze({
  all: EMPTY_VIEW,
  byServer: new Map(),
  conflicts: [],
  narrowed: () => EMPTY_VIEW,
  selected: () => EMPTY_VIEW,
});

export function createCatalogStore(): CatalogStore {
  let current = EMPTY;
  const views = new HeldViews(() => current);
  const listeners = new Set<(change: CatalogChange) => void>();
  const announce = (change: CatalogChange, held: readonly HeldChange[]): void => {
    const ofViews = held.map((it) => [it.scope, changedLists(it.before, it.after)] as const);
    const byScope = new Map([...change.byScope, ...ofViews.filter(([, kinds]) => kinds.length > 0)]);
    if (change.all.length === 0 && byScope.size === 0) return;
    for (const listener of [...listeners]) listener({ all: change.all, byScope });
  };
  return {
    current: () => current,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    views,
    publish(next) {
      const change = catalogChange(current, next);
      current = next;
      announce(change, views.refresh());
    },
    setViews: (next) => announce(NO_CHANGE, views.replace(next)),
  };
}

const NO_CHANGE: CatalogChange = { all: [], byScope: new Map() };

/**
 * The lists whose bytes differ. An added or removed server changes those of its own lists that are not empty.
 */
export function catalogChange(before: Catalog, after: Catalog): CatalogChange {
  const names = new Set([...before.byServer.keys(), ...after.byServer.keys()]);
  const byScope = [...names]
    .map((name) => [name, changedLists(before.byServer.get(name), after.byServer.get(name))] as const)
    .filter(([, kinds]) => kinds.length > 0);
  return { all: changedLists(before.all, after.all), byScope: new Map(byScope) };
}

function changedLists(before: CatalogView = EMPTY_VIEW, after: CatalogView = EMPTY_VIEW): ListKind[] {
  return LIST_KINDS.filter((kind) => !isSame(before.lists[kind], after.lists[kind]));
}

const isSame = (before: CatalogList, after: CatalogList): boolean =>
  before.json.equals(after.json) && before.modern.equals(after.modern);

/** Parts of the merged view: what a named view shows of it, and what a caller sees of either. */
import type { CatalogView, Listing, ListKind, Route, Selection } from '../model/catalog.ts';
import type { NamedView } from '../model/desired.ts';
import { mergeView } from './merge-view.ts';
import type { Owners } from './ownership.ts';
import type { Rendering, ViewedListing } from './rendering.ts';
import { hasServer, placeOf, selectTools } from './select.ts';

/** What the catalog was merged from, and the view of `/mcp`. */
export interface Merged {
  readonly all: CatalogView;
  readonly listings: readonly ViewedListing[];
  readonly rendering: Rendering;
}

/** The part of the merged view that a named one shows, with its servers in the order of that view. */
export function narrowed(merged: Merged, view: NamedView, selection?: Selection): CatalogView {
  const { all, listings, rendering } = merged;
  const tools = new Set(selectTools(view, all).shown);
  const owners = ownersBut(view.viewName, all, (kind, key) => kind !== 'tools' || tools.has(key));
  const place = ({ inventory }: Listing): number => placeOf(view, inventory.serverName);
  const seen = listings
    .filter(({ inventory }) => hasServer(view, inventory.serverName))
    .toSorted((a, b) => place(a) - place(b));
  const part = mergeView(seen, [], rendering, owners, false);
  // The view's only server with resources must not be asked for those of others.
  const resourceRoute = (uri: string): Route | undefined => {
    const whole = all.resourceRoute(uri);
    return whole && !hasServer(view, whole.serverName) ? undefined : part.resourceRoute(uri);
  };
  const shown = Object.freeze({ ...part, resourceRoute, isNarrowed: true });
  return selection ? selectedOf({ all: shown, listings: seen, rendering }, selection, asListed) : shown;
}

/** The part of the merged view, or of one server's own, that a caller sees. */
export function selected(merged: Merged, selection: Selection, serverName?: string): CatalogView {
  if (serverName === undefined) return selectedOf(merged, selection, asListed);
  const { all, listings, rendering } = merged;
  const own = listings.filter(({ inventory }) => inventory.serverName === serverName);
  const views = own.map(({ inventory, view, isBuiltin }) => ({
    inventory,
    view,
    isBuiltin,
    isOwnView: true,
  }));
  const base = mergeView(views, [], rendering);
  const names = new Map([...all.lists.tools.routes].map(([name, route]) => [idOf(route), name]));
  return selectedOf({ all: base, listings: views, rendering }, selection, (_, route) =>
    names.get(idOf(route)),
  );
}

const idOf = ({ serverName, key }: Route): string => `${serverName} ${key}`;

/** Gives the name under which `/mcp` lists a tool of the view; undefined if it does not. */
type NameInAll = (key: string, route: Route) => string | undefined;

const asListed: NameInAll = (key) => key;

function selectedOf(
  { all: base, listings, rendering }: Merged,
  selection: Selection,
  nameOf: NameInAll,
): CatalogView {
  const shown = [...base.lists.tools.routes].filter(
    ([key, route]) => selection.seesServer(route.serverName) && selection.seesTool(nameOf(key, route), route),
  );
  const tools = new Set(shown.map(([key]) => key));
  const withTools = new Set(shown.map(([, { serverName }]) => serverName));
  const { hasToolsOnly, isNarrow } = selection;
  const isSeen = ({ inventory: { serverName } }: Listing): boolean =>
    selection.seesServer(serverName) && (!hasToolsOnly || withTools.has(serverName));
  const owners = ownersBut('', base, (kind, key) => (kind === 'tools' ? tools.has(key) : !hasToolsOnly));
  const passesAll = !isNarrow && !base.isNarrowed && listings.length === 1;
  const part = mergeView(listings.filter(isSeen), [], rendering, owners, passesAll);
  const resourceRoute = (uri: string): Route | undefined => {
    const whole = hasToolsOnly ? undefined : base.resourceRoute(uri);
    return whole && part.servers.includes(whole.serverName) ? part.resourceRoute(uri) : undefined;
  };
  return Object.freeze({
    ...part,
    resourceRoute,
    ...((isNarrow || base.isNarrowed) && { isNarrowed: true }),
  });
}

/** Gives what `base` does not show, and what `isShown` refuses, to `owner`, so that no listing gets it. */
const ownersBut = (
  owner: string,
  base: CatalogView,
  isShown: (kind: ListKind, key: string) => boolean,
): Owners => ({
  of(kind, { inventory }, _ownKey, key) {
    const isTaken = base.lists[kind].routes.get(key)?.serverName !== inventory.serverName;
    return isTaken || !isShown(kind, key) ? owner : undefined;
  },
});

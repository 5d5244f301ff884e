/**
 * Merges listings into one frozen catalog. The same listings give the same bytes, in whatever order they
 * arrive.
 */
import type {
  Catalog,
  CatalogConflict,
  CatalogList,
  CatalogView,
  DeclaredServer,
  Inventory,
  Listing,
  ListKind,
  Route,
} from '../model/catalog.ts';
import type { NamedView } from '../model/desired.ts';
import type { Era } from '../model/era.ts';
import type { ServerStatus } from '../model/status.ts';
import type { Json } from '../model/text/json.ts';
import { harmless } from '../model/text/visible.ts';
import { moreCapabilities, runsTasks } from './more-capabilities.ts';
import { hiddenByReadOnly } from './naming.ts';
import { createOwners, type Owners } from './ownership.ts';
import { byPrecedence, declaredAmong, longerPrefixes } from './precedence.ts';
import { joined, type Rendered, Rendering, textsOf, type ViewedListing } from './rendering.ts';
import { resourceRouter } from './resource-route.ts';
import { hasServer, placeOf, selectTools } from './select.ts';

/**
 * `/mcp` shows all listings under their prefixes; each server's own view has no prefix, but its filters and
 * renames.
 *
 * @param declared servers of the file except built-in ones, running or not: their prefixes are theirs alone
 * @param rendering of earlier merges, of which what has not changed is used again
 */
export function mergeCatalog(
  listings: readonly Listing[],
  declared: readonly DeclaredServer[] = declaredAmong(listings),
  rendering = new Rendering(),
): Catalog {
  const sorted = listings.toSorted(byPrecedence);
  const conflicts: CatalogConflict[] = [];
  rendering.keep(sorted);
  // Without lists of the other era: they would live as long as this catalog.
  const named = sorted.map(({ legacy: _, ...it }) => ({
    ...it,
    longerPrefixes: longerPrefixes(it.view.prefix, declared),
  }));
  const all = mergeView(named, conflicts, rendering, createOwners(sorted, declared));
  const byServer = sorted.map((it) => [it.inventory.serverName, ownView(it, rendering)] as const);
  return Object.freeze({
    all,
    byServer: new Map(byServer),
    conflicts: Object.freeze(conflicts),
    narrowed: (view: NamedView) => narrowed(view, all, named, rendering),
  });
}

/** The part of the merged view that a named one shows, with its servers in the order of that view. */
function narrowed(
  view: NamedView,
  all: CatalogView,
  listings: readonly ViewedListing[],
  rendering: Rendering,
): CatalogView {
  const tools = new Set(selectTools(view, all).shown);
  const isOutside = (kind: ListKind, { inventory }: Listing, key: string): boolean =>
    all.lists[kind].routes.get(key)?.serverName !== inventory.serverName ||
    (kind === 'tools' && !tools.has(key));
  const owners: Owners = {
    of: (kind, listing, _ownKey, key) => (isOutside(kind, listing, key) ? view.viewName : undefined),
  };
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
  return Object.freeze({ ...part, resourceRoute, isNarrowed: true });
}

/** Counts the definitions of each kind that clients see of one server. */
export function countShown(listing: Listing, rendering = new Rendering()): ServerStatus['counts'] {
  const { lists } = ownView(listing, rendering);
  const counts = eachKind((kind) => lists[kind].routes.size);
  const hidden = hiddenByReadOnly(listing.view.tools, listing.inventory.tools).size;
  return hidden === 0 ? counts : { ...counts, hidden };
}

function ownView(listing: Listing, rendering: Rendering): CatalogView {
  const { inventory, view } = listing;
  const own = { inventory, view, isOwnView: true };
  return rendering.ownView(listing, () => mergeView([own], [], rendering));
}

/**
 * Adds the conflicts of the view to `conflicts`.
 * @param passesAll true if clients may use whatever its one server has
 */
function mergeView(
  listings: readonly ViewedListing[],
  conflicts: CatalogConflict[],
  rendering: Rendering,
  owners: Owners = NO_OWNERS,
  passesAll = listings.length === 1,
): CatalogView {
  const lists = eachKind((kind) => mergeList(kind, listings, conflicts, owners, rendering));
  const inventories = listings.map(({ inventory }) => inventory);
  const having = (capability: string): string[] =>
    inventories.filter((it) => it.capabilities[capability] !== undefined).map((it) => it.serverName);
  // A stranger's text must not instruct the models of everybody.
  const declared = listings.filter(({ isDiscovered }) => !isDiscovered);
  const instructions = mergeInstructions(declared);
  const declaredNames = new Set(declared.map(({ inventory }) => inventory.serverName));
  return Object.freeze({
    lists: Object.freeze(lists),
    servers: inventories.map(({ serverName }) => serverName),
    ...(instructions !== undefined && { instructions }),
    resourceRoute: resourceRouter(
      lists.resources.routes,
      lists.templates.routes,
      having('resources'),
      declaredNames,
      rendering.matcherOf,
    ),
    completions: having('completions').length > 0,
    subscriptions: inventories.some(canSubscribe),
    logging: having('logging'),
    tasks: inventories.some(runsTasks),
    more: {
      legacy: moreCapabilities(inventories, 'legacy', passesAll),
      modern: moreCapabilities(inventories, 'modern', passesAll),
    },
  });
}

function eachKind<T>(make: (kind: ListKind) => T): Record<ListKind, T> {
  return {
    tools: make('tools'),
    resources: make('resources'),
    templates: make('templates'),
    prompts: make('prompts'),
  };
}

function canSubscribe({ capabilities: { resources } }: Inventory): boolean {
  return typeof resources === 'object' && resources !== null && Reflect.get(resources, 'subscribe') === true;
}

/** In a server's own view all keys are its own. */
const NO_OWNERS: Owners = { of: () => undefined };

/** The first definition that claims a public key is shown; later claims become conflicts. */
function mergeList(
  kind: ListKind,
  listings: readonly ViewedListing[],
  conflicts: CatalogConflict[],
  owners: Owners,
  rendering: Rendering,
): CatalogList {
  const merging: Merging = {
    kind,
    owners,
    conflicts,
    routes: new Map(),
    claims: new Map(),
    texts: { legacy: [], modern: [] },
  };
  for (const listing of listings) addList(merging, listing, rendering.list(kind, listing));
  const { routes, claims, texts } = merging;
  for (const key of routes.keys()) {
    const servers = claims.get(key);
    if (servers) conflicts.push({ kind, key, servers });
  }
  return Object.freeze({ routes, ...arraysOf(texts) });
}

interface Merging {
  readonly kind: ListKind;
  readonly owners: Owners;
  readonly conflicts: CatalogConflict[];
  readonly routes: Map<string, Route>;
  /** The servers that claim a key, for keys that several definitions claim. */
  readonly claims: Map<string, string[]>;
  /** Parts of the array, each one or more definitions. */
  readonly texts: Record<Era, Json[]>;
}

function addList(merging: Merging, listing: Listing, { shown, isUnique, joined: parts }: Rendered): void {
  const { kind, owners, conflicts, routes, claims, texts } = merging;
  const { serverName, era = 'legacy' } = listing.inventory;
  const free = shown.filter(({ definition, key }) => {
    const owner = owners.of(kind, listing, definition.key, key);
    if (owner !== undefined) conflicts.push({ kind, key, servers: [owner, serverName], isOwned: true });
    return owner === undefined;
  });
  const isWhole = isUnique && free.length === shown.length && !free.some(({ key }) => routes.has(key));
  for (const one of free) {
    const first = routes.get(one.key);
    if (first) {
      claims.set(one.key, [...(claims.get(one.key) ?? [first.serverName]), serverName]);
      continue;
    }
    routes.set(one.key, one.route);
    if (isWhole) continue;
    const { legacy, modern } = textsOf(kind, one, era);
    texts.legacy.push(legacy);
    texts.modern.push(modern);
  }
  if (!isWhole || shown.length === 0) return;
  texts.legacy.push(parts.legacy);
  texts.modern.push(parts.modern);
}

/** Both eras share one buffer if all their texts are the same. */
function arraysOf({ legacy, modern }: Record<Era, readonly Json[]>): Pick<CatalogList, 'json' | 'modern'> {
  const json = arrayText(legacy);
  const differs = modern.some((text, index) => text !== legacy[index]);
  return { json, modern: differs ? arrayText(modern) : json };
}

const arrayText = (items: readonly Json[]): Json =>
  Buffer.concat([Buffer.from('['), joined(items), Buffer.from(']')]) as Json;

/** Instructions of several servers are joined, each under the server's prefix or name as its heading. */
function mergeInstructions(listings: readonly Listing[]): string | undefined {
  const parts = listings.flatMap(({ inventory: { serverName, instructions }, view }) =>
    instructions?.trim() ? [{ title: view.prefix || serverName, text: harmless(instructions.trim()) }] : [],
  );
  if (listings.length === 1) return parts[0]?.text;
  return parts.map(({ title, text }) => `# ${title}\n\n${text}`).join('\n\n') || undefined;
}

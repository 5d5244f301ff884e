/** Merges listings into one view: its lists, its routes, and what its servers declare. */
import type { ToolRole } from '../model/access/access.ts';
import type {
  CatalogConflict,
  CatalogList,
  CatalogView,
  Inventory,
  Listing,
  ListKind,
  Route,
} from '../model/catalog.ts';
import type { Era } from '../model/era.ts';
import type { Json } from '../model/text/json.ts';
import { harmless } from '../model/text/visible.ts';
import { moreCapabilities, runsTasks } from './more-capabilities.ts';
import type { Owners } from './ownership.ts';
import { joined, type Rendered, type Rendering, textsOf, type ViewedListing } from './rendering.ts';
import { resourceRouter } from './resource-route.ts';

/**
 * Adds the conflicts of the view to `conflicts`.
 * @param passesAll true if clients may use whatever its one server has
 */
export function mergeView(
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
  const roles = rolesOf(lists.tools);
  return Object.freeze({
    lists: Object.freeze(lists),
    ...(roles.length > 0 && { roles }),
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

export function eachKind<T>(make: (kind: ListKind) => T): Record<ListKind, T> {
  return {
    tools: make('tools'),
    resources: make('resources'),
    templates: make('templates'),
    prompts: make('prompts'),
  };
}

/** What tools of built-in servers need, beyond what every caller has. */
function rolesOf({ routes }: CatalogList): readonly ToolRole[] {
  const found = new Map<string, ToolRole>();
  for (const { role } of routes.values())
    if (role && role.needs !== 'read') found.set(`${role.needs} ${role.grant}`, role);
  return [...found.values()];
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

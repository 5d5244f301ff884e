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
  Definition,
  Inventory,
  Listing,
  ListKind,
  Route,
} from '../model/catalog.ts';
import type { ServerView } from '../model/desired.ts';
import type { Era } from '../model/era.ts';
import type { Json } from '../model/text/json.ts';
import { jsonText } from '../model/text/json.ts';
import { harmless } from '../model/text/visible.ts';
import { member, splice, whole } from '../wire/envelope.ts';
import { definitionFor, paramHeadersOf } from './era-view.ts';
import { moreCapabilities, runsTasks } from './more-capabilities.ts';
import { publicPromptName, publicToolName } from './naming.ts';
import { createOwners, type Owners } from './ownership.ts';
import { resourceRouter } from './resource-route.ts';

/**
 * `/mcp` shows all listings under their prefixes; each server's own view has no prefix, but its filters and
 * renames.
 *
 * @param declared servers of the file except built-in ones, running or not: their prefixes are theirs alone
 */
export function mergeCatalog(
  listings: readonly Listing[],
  declared: readonly DeclaredServer[] = declaredAmong(listings),
): Catalog {
  const sorted = listings.toSorted(byPrecedence);
  const conflicts: CatalogConflict[] = [];
  const all = mergeView(sorted, conflicts, createOwners(sorted, declared));
  const byServer = sorted.map((listing) => [listing.inventory.serverName, ownView(listing)] as const);
  return Object.freeze({ all, byServer: new Map(byServer), conflicts: Object.freeze(conflicts) });
}

/** Built-in servers first, then declared ones, then by name: the first server that claims a key gets it. */
function byPrecedence(a: Listing, b: Listing): number {
  return rankOf(a) - rankOf(b) || (a.inventory.serverName < b.inventory.serverName ? -1 : 1);
}

const rankOf = ({ isBuiltin, isDiscovered }: Listing): number => (isBuiltin ? 0 : isDiscovered ? 2 : 1);

function declaredAmong(listings: readonly Listing[]): DeclaredServer[] {
  return listings
    .filter((listing) => rankOf(listing) === 1)
    .map(({ inventory: { serverName }, view: { prefix } }) => ({ serverName, prefix }));
}

/** Counts the definitions of each kind that clients see of one server. */
export function countShown(listing: Listing): Record<ListKind, number> {
  const { lists } = ownView(listing);
  return eachKind((kind) => lists[kind].routes.size);
}

function ownView({ inventory, view }: Listing): CatalogView {
  return mergeView([{ inventory, view: { ...view, prefix: '' } }], []);
}

/** Adds the conflicts of the view to `conflicts`. */
function mergeView(
  listings: readonly Listing[],
  conflicts: CatalogConflict[],
  owners: Owners = NO_OWNERS,
): CatalogView {
  const lists = eachKind((kind) => mergeList(kind, listings, conflicts, owners));
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
    ),
    completions: having('completions').length > 0,
    subscriptions: inventories.some(canSubscribe),
    logging: having('logging'),
    tasks: inventories.some(runsTasks),
    more: {
      legacy: moreCapabilities(inventories, 'legacy'),
      modern: moreCapabilities(inventories, 'modern'),
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
  listings: readonly Listing[],
  conflicts: CatalogConflict[],
  owners: Owners,
): CatalogList {
  const routes = new Map<string, Route>();
  const claims = new Map<string, string[]>();
  const texts: Record<Era, Json[]> = { legacy: [], modern: [] };
  for (const listing of listings) {
    const { inventory, view } = listing;
    const { serverName, era = 'legacy' } = inventory;
    for (const definition of inventory[kind]) {
      const key = publicKey(kind, view, definition.key);
      if (key === undefined) continue;
      const owner = owners.of(kind, listing, definition.key, key);
      if (owner !== undefined) {
        conflicts.push({ kind, key, servers: [owner, serverName], isOwned: true });
        continue;
      }
      const claim = claims.get(key);
      if (claim) {
        claim.push(serverName);
        continue;
      }
      claims.set(key, [serverName]);
      const text = definitionText(definition, key);
      routes.set(key, routeOf(kind, serverName, definition.key, text));
      texts.legacy.push(definitionFor('legacy', kind, text, era));
      texts.modern.push(definitionFor('modern', kind, text, era));
    }
  }
  for (const [key, servers] of claims) if (servers.length > 1) conflicts.push({ kind, key, servers });
  return Object.freeze({ routes, ...arraysOf(texts) });
}

/** Both eras share one buffer if all their texts are the same. */
function arraysOf({ legacy, modern }: Record<Era, readonly Json[]>): Pick<CatalogList, 'json' | 'modern'> {
  const json = arrayText(legacy);
  const differs = modern.some((text, index) => text !== legacy[index]);
  return { json, modern: differs ? arrayText(modern) : json };
}

function routeOf(kind: ListKind, serverName: string, key: string, text: Json): Route {
  const paramHeaders = paramHeadersOf(kind, text);
  return Object.freeze(paramHeaders.length > 0 ? { serverName, key, paramHeaders } : { serverName, key });
}

/**
 * Resources and templates keep their URIs: clients get them from tool results too, where nothing rewrites
 * them.
 */
function publicKey(kind: ListKind, view: ServerView, key: string): string | undefined {
  if (kind === 'tools') return publicToolName(view, key);
  return kind === 'prompts' ? publicPromptName(view, key) : key;
}

/** The server's own text, unchanged except for the value of `name`. */
function definitionText({ key, json }: Definition, shownName: string): Json {
  const text = jsonText(json);
  if (shownName === key) return text;
  const name = member(text, whole(text), 'name');
  return name ? splice(text, [{ ...name, with: Buffer.from(JSON.stringify(shownName)) }]) : text;
}

function arrayText(items: readonly Json[]): Json {
  const comma = Buffer.from(',');
  const parts = items.flatMap((item, index) => (index === 0 ? [item] : [comma, item]));
  return Buffer.concat([Buffer.from('['), ...parts, Buffer.from(']')]) as Json;
}

/** Instructions of several servers are joined, each under the server's prefix or name as its heading. */
function mergeInstructions(listings: readonly Listing[]): string | undefined {
  const parts = listings.flatMap(({ inventory: { serverName, instructions }, view }) =>
    instructions?.trim() ? [{ title: view.prefix || serverName, text: harmless(instructions.trim()) }] : [],
  );
  if (listings.length === 1) return parts[0]?.text;
  return parts.map(({ title, text }) => `# ${title}\n\n${text}`).join('\n\n') || undefined;
}

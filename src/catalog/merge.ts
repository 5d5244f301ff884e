/** Inventories and views in, one frozen catalog out. The same servers give the same bytes, in whatever order they came. */
import {
  type Catalog,
  type CatalogConflict,
  type CatalogList,
  type CatalogView,
  type Definition,
  type Inventory,
  LIST_KINDS,
  type ListKind,
  type Route,
} from '../model/catalog.ts';
import type { ServerView } from '../model/desired.ts';
import { member, splice } from '../wire/envelope.ts';
import { definitionFor, paramHeadersOf } from './era-view.ts';
import { moreCapabilities, runsTasks } from './more-capabilities.ts';
import { publicPromptName, publicToolName } from './naming.ts';
import { resourceRouter } from './resource-route.ts';

/** One server as it is to be shown. */
export interface Source {
  readonly inventory: Inventory;
  readonly view: ServerView;
}

/** `/mcp` of all sources under their prefixes, and each server's own view with the prefix off (filters and renames stay). */
export function mergeCatalog(sources: readonly Source[]): Catalog {
  const sorted = sources.toSorted((a, b) => (a.inventory.serverName < b.inventory.serverName ? -1 : 1));
  const conflicts: CatalogConflict[] = [];
  const all = mergeView(sorted, conflicts);
  const byServer = sorted.map(({ inventory, view }) => {
    const unprefixed = { inventory, view: { ...view, prefix: '' } };
    return [inventory.serverName, mergeView([unprefixed], [])] as const;
  });
  return Object.freeze({ all, byServer: new Map(byServer), conflicts: Object.freeze(conflicts) });
}

/** How many of each kind clients see of one server. */
export function countShown({ inventory, view }: Source): Record<ListKind, number> {
  const { lists } = mergeView([{ inventory, view: { ...view, prefix: '' } }], []);
  const counts = LIST_KINDS.map((kind) => [kind, lists[kind].routes.size]);
  return Object.fromEntries(counts) as Record<ListKind, number>;
}

function mergeView(sources: readonly Source[], conflicts: CatalogConflict[]): CatalogView {
  const lists = Object.fromEntries(
    LIST_KINDS.map((kind) => [kind, mergeList(kind, sources, conflicts)]),
  ) as Record<ListKind, CatalogList>;
  const having = (capability: string): string[] =>
    sources.flatMap(({ inventory }) =>
      inventory.capabilities[capability] === undefined ? [] : [inventory.serverName],
    );
  const instructions = mergeInstructions(sources);
  const inventories = sources.map(({ inventory }) => inventory);
  return Object.freeze({
    lists: Object.freeze(lists),
    servers: sources.map(({ inventory }) => inventory.serverName),
    ...(instructions === undefined ? {} : { instructions }),
    resourceRoute: resourceRouter(lists.resources.routes, lists.templates.routes, having('resources')),
    completions: having('completions').length > 0,
    subscriptions: sources.some(({ inventory }) => canSubscribe(inventory)),
    logging: having('logging'),
    tasks: inventories.some(runsTasks),
    more: {
      legacy: moreCapabilities(inventories, 'legacy'),
      modern: moreCapabilities(inventories, 'modern'),
    },
  });
}

function canSubscribe({ capabilities: { resources } }: Inventory): boolean {
  return typeof resources === 'object' && resources !== null && Reflect.get(resources, 'subscribe') === true;
}

function mergeList(kind: ListKind, sources: readonly Source[], conflicts: CatalogConflict[]): CatalogList {
  const routes = new Map<string, Route>();
  const claims = new Map<string, string[]>();
  const shown: Buffer[] = [];
  const modern: Buffer[] = [];
  for (const { inventory, view } of sources) {
    const { era = 'legacy' } = inventory;
    for (const definition of inventory[kind]) {
      const key = publicKey(kind, view, definition.key);
      if (key === undefined) continue;
      const claim = claims.get(key);
      if (claim) claim.push(inventory.serverName);
      else {
        claims.set(key, [inventory.serverName]);
        const text = definitionText(definition, key);
        routes.set(key, routeOf(kind, inventory.serverName, definition.key, text));
        shown.push(definitionFor('legacy', kind, text, era));
        modern.push(definitionFor('modern', kind, text, era));
      }
    }
  }
  for (const [key, servers] of claims) if (servers.length > 1) conflicts.push({ kind, key, servers });
  const json = arrayText(shown);
  const differs = modern.some((text, index) => text !== shown[index]);
  return Object.freeze({ routes, json, modern: differs ? arrayText(modern) : json });
}

function routeOf(kind: ListKind, serverName: string, key: string, text: Buffer): Route {
  const paramHeaders = paramHeadersOf(kind, text);
  return Object.freeze(paramHeaders.length > 0 ? { serverName, key, paramHeaders } : { serverName, key });
}

/** Resources and templates keep their URIs: clients get them from tool results too, where nobody rewrites them. */
function publicKey(kind: ListKind, view: ServerView, key: string): string | undefined {
  if (kind === 'tools') return publicToolName(view, key);
  return kind === 'prompts' ? publicPromptName(view, key) : key;
}

/** The server's own text, with nothing but the value of `name` replaced. */
function definitionText({ key, json }: Definition, shown: string): Buffer {
  const text = Buffer.from(json);
  if (shown === key) return text;
  const name = member(text, { start: 0, end: text.length }, 'name');
  return name ? splice(text, [{ ...name, with: Buffer.from(JSON.stringify(shown)) }]) : text;
}

function arrayText(items: readonly Buffer[]): Buffer {
  const comma = Buffer.from(',');
  const parts = items.flatMap((item, index) => (index === 0 ? [item] : [comma, item]));
  return Buffer.concat([Buffer.from('['), ...parts, Buffer.from(']')]);
}

/** Of several servers each part says whose it is. */
function mergeInstructions(sources: readonly Source[]): string | undefined {
  const parts = sources.flatMap(({ inventory: { serverName, instructions }, view }) =>
    instructions?.trim() ? [{ title: view.prefix || serverName, instructions: instructions.trim() }] : [],
  );
  if (sources.length === 1) return parts[0]?.instructions;
  return parts.map((part) => `# ${part.title}\n\n${part.instructions}`).join('\n\n') || undefined;
}

/**
 * Inventories (all that one upstream offers) and the catalog (all that sessions see). Definitions stay the
 * JSON text that the server sent.
 */
import type { ToolRole } from './access/access.ts';
import type { NamedView, ServerView } from './desired.ts';
import type { Era } from './era.ts';
import type { Json } from './text/json.ts';
import { jsonText } from './text/json.ts';

/**
 * One tool, prompt, resource or template as its server wrote it, but for changes without which clients could
 * not read it.
 */
export interface Definition {
  /** Name, URI or URI template. */
  readonly key: string;
  /** JSON text of the definition object. */
  readonly json: string;
}

/** A definition that official clients refuse, with the whole list that it is in. */
export interface Flaw {
  readonly list: ListKind;
  /** Name, URI or template, or the beginning of an entry that has none; safe to print. */
  readonly name: string;
  /** What was changed, or why the definition is left out; safe to print. */
  readonly what: string;
  readonly isLeftOut: boolean;
}

/** The flaws of lists: their numbers, and the first of them. */
export interface Flaws {
  readonly mended: number;
  readonly leftOut: number;
  readonly named: readonly Flaw[];
}

/** Everything that one upstream offers, as last read. */
export interface Inventory {
  readonly serverName: string;
  /** Era whose form the definitions have; legacy if absent. */
  readonly era?: Era;
  readonly protocolVersion: string;
  /** JSON text of `serverInfo` as answered. */
  readonly serverInfo: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly instructions?: string;
  readonly tools: readonly Definition[];
  readonly resources: readonly Definition[];
  readonly templates: readonly Definition[];
  readonly prompts: readonly Definition[];
  /** By list; absent for a list without flaws. */
  readonly flaws?: Readonly<Partial<Record<ListKind, Flaws>>>;
}

/** Flaws that are shown of one server; its log has more. */
const MAX_FLAWS = 20;

/** All flaws of a server; undefined if it has none. */
export function flawsOf({ flaws = {} }: Inventory): Flaws | undefined {
  const all = LIST_KINDS.flatMap((kind) => flaws[kind] ?? []);
  if (all.length === 0) return undefined;
  return {
    mended: all.reduce((sum, { mended }) => sum + mended, 0),
    leftOut: all.reduce((sum, { leftOut }) => sum + leftOut, 0),
    named: all.flatMap(({ named }) => named).slice(0, MAX_FLAWS),
  };
}

/** An inventory with the view under which clients see it. */
export interface Listing {
  readonly inventory: Inventory;
  /** What the server offers legacy clients, if they are served over a connection in their own era. */
  readonly legacy?: Inventory;
  readonly view: ServerView;
  /** True for a built-in server: no other server may take over its names, which have no prefix by default. */
  readonly isBuiltin?: boolean | undefined;
  /** True for a discovered server: it gets no name and no resource that a declared server may claim. */
  readonly isDiscovered?: boolean;
}

/** A server of the config file, whether it runs or not. */
export interface DeclaredServer {
  readonly serverName: string;
  readonly prefix: string;
}

export const LIST_KINDS = ['tools', 'resources', 'templates', 'prompts'] as const;

/** One definition of a list, in words for people. */
export const LIST_NOUN: Readonly<Record<ListKind, string>> = {
  tools: 'tool',
  resources: 'resource',
  templates: 'resource template',
  prompts: 'prompt',
};
export type ListKind = (typeof LIST_KINDS)[number];

/** The server behind a public key. */
export interface Route {
  readonly serverName: string;
  /** The server's own key. */
  readonly key: string;
  /** Arguments of a tool that modern clients repeat in HTTP headers; absent if none. */
  readonly paramHeaders?: readonly RoutedHeader[];
  /** What the tool needs; only for tools of built-in servers. */
  readonly role?: ToolRole;
}

/** A tool argument that is repeated in an HTTP header (2026-07-28, `x-mcp-header`). */
export interface RoutedHeader {
  /** Header name in lower case. */
  readonly header: string;
  /** Member names from `arguments` down to the value. */
  readonly path: readonly string[];
  readonly type: 'string' | 'integer' | 'boolean';
}

/** One list as sessions see it. */
export interface CatalogList {
  /** Routes by public key. */
  readonly routes: ReadonlyMap<string, Route>;
  /** UTF-8 of the JSON array of all definitions, with public names, in a stable order. Read-only. */
  readonly json: Json;
  /** The array in the form of the modern era; the same buffer as `json` if nothing differs. */
  readonly modern: Json;
}

/**
 * The contents of one endpoint: `/mcp` shows all servers, `/mcp/SERVER` one server without its prefix,
 * `/mcp?view=NAME` what the view of that name selects of `/mcp`.
 */
export interface CatalogView {
  readonly lists: Readonly<Record<ListKind, CatalogList>>;
  /** Servers behind this view, built-in ones first, then by name. */
  readonly servers: readonly string[];
  readonly instructions?: string;
  /**
   * Route of a `resources/read`: to the server that lists the URI, else to the matching template with the
   * longest literal beginning, else to the only server that uses the scheme, else to a template for all
   * schemes, else to the only server that has resources at all. URIs in tool results need not be listed.
   */
  readonly resourceRoute: (uri: string) => Route | undefined;
  /** True if a server behind this view has the completions capability. */
  readonly completions: boolean;
  /** True if a server behind this view notifies of changed resources. */
  readonly subscriptions: boolean;
  /** Capabilities that are passed through as servers declare them, for clients of each era. */
  readonly more: Readonly<Record<Era, Readonly<Record<string, unknown>>>>;
  /** True if a server behind this view runs tasks, in the form of either era. */
  readonly tasks: boolean;
  /** Servers behind this view that have the logging capability. */
  readonly logging: readonly string[];
  /** What tools of built-in servers need, each combination once; absent if every caller has that. */
  readonly roles?: readonly ToolRole[];
  /** True for a part of the servers or tools: unknown methods could reach what it leaves out. */
  readonly isNarrowed?: boolean;
}

const NONE = jsonText('[]');
const EMPTY_LIST: CatalogList = Object.freeze({ routes: new Map(), json: NONE, modern: NONE });

/** View of a server that is not ready, and of the whole catalog before any server is. */
export const EMPTY_VIEW: CatalogView = Object.freeze({
  lists: Object.freeze({
    tools: EMPTY_LIST,
    resources: EMPTY_LIST,
    templates: EMPTY_LIST,
    prompts: EMPTY_LIST,
  }),
  servers: [],
  resourceRoute: () => undefined,
  completions: false,
  subscriptions: false,
  logging: [],
  tasks: false,
  more: { legacy: {}, modern: {} },
});

/** Merged, frozen snapshot. A request takes the current one when it begins and uses it to its end. */
export interface Catalog {
  readonly all: CatalogView;
  readonly byServer: ReadonlyMap<string, CatalogView>;
  /**
   * Keys that several definitions of the merged view claim. One definition is served, all servers are
   * reported.
   */
  readonly conflicts: readonly CatalogConflict[];
  /** Makes what a named view shows: a part of `all`, under the same names. Made anew at each call. */
  readonly narrowed: (view: NamedView, selection?: Selection) => CatalogView;
  /** Makes what a caller sees of `all`, or of one server's own view. Made anew at each call. */
  readonly selected: (selection: Selection, serverName?: string) => CatalogView;
}

/** What a caller sees of a view. */
export interface Selection {
  seesServer(serverName: string): boolean;
  /** @param name under which `/mcp` lists the tool; undefined if it does not */
  seesTool(name: string | undefined, route: Route): boolean;
  /** True if the caller sees nothing but tools. */
  readonly hasToolsOnly: boolean;
  /** True if the caller sees only some servers or tools, whatever its role. */
  readonly isNarrow: boolean;
}

export interface CatalogConflict {
  readonly kind: ListKind;
  readonly key: string;
  /** Server of each claim. The first one is served; a server that claims a key twice appears twice. */
  readonly servers: readonly string[];
  /**
   * True if the first server owns the key whether it offers it or not: the key lies in its prefix, or among
   * its resources.
   */
  readonly isOwned?: boolean;
}

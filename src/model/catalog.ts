/** What upstreams offer (inventory) and what sessions see of it (catalog). Definitions stay the JSON text that the server sent. */

import type { Era } from './era.ts';

/** One tool, prompt, resource or template exactly as its server wrote it; `key` is its name, URI or URI template. */
export interface Definition {
  readonly key: string;
  /** Compact JSON text of the definition object, untouched. */
  readonly json: string;
}

export interface Inventory {
  readonly serverName: string;
  /** Its definitions are written as this era writes them; legacy when absent. */
  readonly era?: Era;
  readonly protocolVersion: string;
  /** JSON text of `serverInfo` and `capabilities` as answered. */
  readonly serverInfo: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly instructions?: string;
  readonly tools: readonly Definition[];
  readonly resources: readonly Definition[];
  readonly templates: readonly Definition[];
  readonly prompts: readonly Definition[];
}

export const LIST_KINDS = ['tools', 'resources', 'templates', 'prompts'] as const;
export type ListKind = (typeof LIST_KINDS)[number];

/** Where a public key leads. */
export interface Route {
  readonly serverName: string;
  /** The key by which the server itself knows it. */
  readonly key: string;
  /** Arguments of a tool that modern clients repeat in HTTP headers; absent for none. */
  readonly paramHeaders?: readonly RoutedHeader[];
}

/** One argument in a header: `header` in lower case, `path` down from `arguments` (2026-07-28, `x-mcp-header`). */
export interface RoutedHeader {
  readonly header: string;
  readonly path: readonly string[];
  readonly type: 'string' | 'integer' | 'boolean';
}

/** One list as a session sees it. */
export interface CatalogList {
  /** Public key to route. */
  readonly routes: ReadonlyMap<string, Route>;
  /** UTF-8 of the JSON array of all definitions in their stable order, public names written in. Never written to. */
  readonly json: Buffer;
  /** The same as clients of the modern era read it; the same buffer where nothing differs. */
  readonly modern: Buffer;
}

/** What one endpoint shows: `/mcp` all servers, `/mcp/SERVER` one, unprefixed. */
export interface CatalogView {
  readonly lists: Readonly<Record<ListKind, CatalogList>>;
  /** Servers behind this view, sorted. */
  readonly servers: readonly string[];
  readonly instructions?: string;
  /**
   * Who reads a resource: the server that lists the URI, else the first whose template matches, else the only one that
   * uses its scheme, else the only one that has resources at all (URIs in tool results need not be listed).
   */
  readonly resourceRoute: (uri: string) => Route | undefined;
  /** True when at least one server behind it has the capability. */
  readonly completions: boolean;
  /** True when at least one server behind it tells of changed resources. */
  readonly subscriptions: boolean;
  /** Capabilities that are passed on as servers declare them, for clients of each era. */
  readonly more: Readonly<Record<Era, Readonly<Record<string, unknown>>>>;
  /** True when at least one server behind it runs tasks, in either era's form. */
  readonly tasks: boolean;
  /** Servers behind this view that have the logging capability. */
  readonly logging: readonly string[];
}

const NONE = Buffer.from('[]');
const EMPTY_LIST: CatalogList = Object.freeze({ routes: new Map(), json: NONE, modern: NONE });

/** What a server shows that is not ready, and the catalog before any is. */
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

/** Merged, frozen snapshot. Readers take it once per request and finish on it. */
export interface Catalog {
  readonly all: CatalogView;
  readonly byServer: ReadonlyMap<string, CatalogView>;
  /** Keys that two definitions of the merged view claim: one is served, all origins are reported. */
  readonly conflicts: readonly CatalogConflict[];
}

export interface CatalogConflict {
  readonly kind: ListKind;
  readonly key: string;
  /** One for each claim, sorted: the first is the one served. A server that claims a key twice is named twice. */
  readonly servers: readonly string[];
}

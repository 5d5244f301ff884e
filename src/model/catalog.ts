/** What upstreams offer (inventory) and what sessions see of it (catalog). Definitions stay the JSON text that the server sent. */

/** One tool, prompt, resource or template exactly as its server wrote it; `key` is its name, URI or URI template. */
export interface Definition {
  readonly key: string;
  /** Compact JSON text of the definition object, untouched. */
  readonly json: string;
}

export interface Inventory {
  readonly serverName: string;
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

export type ListKind = 'tools' | 'resources' | 'templates' | 'prompts';

/** Where a public key leads. */
export interface Route {
  readonly serverName: string;
  /** The key by which the server itself knows it. */
  readonly key: string;
}

/** One list as a session sees it. */
export interface CatalogList {
  /** Public key to route. */
  readonly routes: ReadonlyMap<string, Route>;
  /** The JSON array text of all definitions in their stable order, public names written in. */
  readonly json: string;
}

/** What one endpoint shows: `/mcp` all servers, `/mcp/SERVER` one, unprefixed. */
export interface CatalogView {
  readonly lists: Readonly<Record<ListKind, CatalogList>>;
  /** Servers behind this view, sorted. */
  readonly servers: readonly string[];
  readonly instructions?: string;
  /** True when at least one server behind it has the capability. */
  readonly completions: boolean;
  readonly logging: boolean;
}

/** Merged, frozen snapshot. Readers take it once per request and finish on it. */
export interface Catalog {
  readonly all: CatalogView;
  readonly byServer: ReadonlyMap<string, CatalogView>;
  /** Keys that two servers claim: shown by neither silently, reported with both origins. */
  readonly conflicts: readonly CatalogConflict[];
}

export interface CatalogConflict {
  readonly kind: ListKind;
  readonly key: string;
  /** The first of these (sorted) is the one served. */
  readonly servers: readonly string[];
}

/** How sessions read the catalog. */
import type { Catalog, ListKind } from './catalog.ts';

/** The current snapshot, and news of which lists differ from the one before. */
export interface CatalogReader {
  current(): Catalog;
  /** `scope` is `undefined` for the merged view, else a server's own. Returns the unsubscribe function. */
  onChange(listener: (change: CatalogChange) => void): () => void;
}

export interface CatalogChange {
  readonly all: readonly ListKind[];
  readonly byServer: ReadonlyMap<string, readonly ListKind[]>;
}

/**
 * Somebody wants a list of all servers, or of that one: undefined while the catalog may be served as it is, as nearly always; else resolves
 * when it may. Never rejects, and never takes long.
 */
export type Freshen = (kind: ListKind, serverName?: string) => Promise<void> | undefined;

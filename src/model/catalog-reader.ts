/** Port by which sessions read the catalog. */
import type { Catalog, ListKind } from './catalog.ts';
import type { Era } from './era.ts';

export interface CatalogReader {
  current(): Catalog;
  /**
   * Calls the listener whenever a new snapshot differs from the one before. Returns the function that
   * unsubscribes.
   */
  onChange(listener: (change: CatalogChange) => void): () => void;
}

/** The lists that differ from the snapshot before. */
export interface CatalogChange {
  /** Lists of the merged view. */
  readonly all: readonly ListKind[];
  /** Lists of each server's own view; servers without a change are absent. */
  readonly byServer: ReadonlyMap<string, readonly ListKind[]>;
}

/**
 * Revalidates a list, of all servers or of one, before a client of that era reads it. Returns undefined if
 * the catalog may be served as it is, which is nearly always the case; otherwise resolves when the lists have
 * been read again. Never rejects, and is limited in time.
 */
export type Revalidate = (
  kind: ListKind,
  serverName: string | undefined,
  era: Era,
) => Promise<void> | undefined;

/**
 * A legacy session begins: servers of both eras are connected in its own. Undefined if the session may begin
 * at once; else resolves when what it is told of servers is known. Never rejects, and is limited in time.
 *
 * @param scope the one server that it sees, or `''` for all
 */
export type BeginSession = (sessionId: string, scope: string) => Promise<void> | undefined;

/** Starts the next attempts of failed servers, or of one, before their time. Without effect for others. */
export type WakeServers = (serverName?: string) => void;

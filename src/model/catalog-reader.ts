/** Port by which sessions read the catalog. */
import type { Catalog, CatalogView, ListKind, Selection } from './catalog.ts';
import type { Era } from './era.ts';

export interface CatalogReader {
  current(): Catalog;
  /**
   * Calls the listener whenever a new snapshot differs from the one before. Returns the function that
   * unsubscribes.
   */
  onChange(listener: (change: CatalogChange) => void): () => void;
  readonly views: ViewReader;
}

/** The named views of the stack, over the current catalog. */
export interface ViewReader {
  names(): readonly string[];
  /** What the view shows now; undefined without such a view. Made anew at each call unless it is held. */
  of(viewName: string): CatalogView | undefined;
  /** The part of it that a caller sees. Made anew at each call. */
  selected(viewName: string, selection: Selection): CatalogView | undefined;
  /** Tools that its limit leaves out. */
  leftOut(viewName: string): readonly string[];
  /** True if the view shows that server, whether or not it runs. */
  hasServer(viewName: string, serverName: string): boolean;
  /**
   * Keeps what the view shows for all its clients, and announces its changes, until the returned function is
   * called.
   */
  hold(viewName: string): () => void;
}

/** The lists that differ from the snapshot before. */
export interface CatalogChange {
  /** Lists of the merged view. */
  readonly all: readonly ListKind[];
  /** Changed lists of each server’s own view, and of held named views, by scope. */
  readonly byScope: ReadonlyMap<string, readonly ListKind[]>;
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
 * @param scope the one server that it sees, a view (`viewScope`), or `''` for all
 */
export type BeginSession = (sessionId: string, scope: string) => Promise<void> | undefined;

/** Starts the next attempts of failed servers, or of one, before their time. Without effect for others. */
export type WakeServers = (serverName?: string) => void;

/** The view of one endpoint: `/mcp` shows all servers, `/mcp/NAME` one of them. */

import type { ListKind } from '../../model/catalog.ts';
import { type CatalogView, EMPTY_VIEW } from '../../model/catalog.ts';
import type { CatalogChange, CatalogReader, Revalidate, WakeServers } from '../../model/catalog-reader.ts';
import type { GatewayControl } from '../../model/operator.ts';
import type { ServerStatus } from '../../model/status.ts';
import { ANSWERED_LISTS } from './lists.ts';

/** For clients of the one era that has these views. */
type RevalidateOwn = (kind: ListKind, serverName: string | undefined) => ReturnType<Revalidate>;

/** `scope` is `''` for all servers, else a server's name. */
export class Views {
  readonly #catalog: Pick<CatalogReader, 'current'>;
  readonly #status: GatewayControl['status'];
  readonly #revalidate: RevalidateOwn;
  readonly #wake: WakeServers;

  /** @param wake tries failed servers again */
  constructor(
    catalog: Pick<CatalogReader, 'current'>,
    status: GatewayControl['status'],
    revalidate: RevalidateOwn,
    wake: WakeServers = () => {},
  ) {
    this.#catalog = catalog;
    this.#status = status;
    this.#revalidate = revalidate;
    this.#wake = wake;
  }

  /** The current view. A server that is not ready shows nothing. */
  of(scope: string): CatalogView {
    const { all, byServer } = this.#catalog.current();
    return scope === '' ? all : (byServer.get(scope) ?? EMPTY_VIEW);
  }

  /** The servers that the endpoint would show if they were ready. */
  statuses(scope: string): readonly ServerStatus[] {
    const { servers } = this.#status();
    return scope === '' ? servers : servers.filter(({ serverName }) => serverName === scope);
  }

  /**
   * The same, for a client that begins, or that asked for something which no server shows: failed servers are
   * tried again.
   */
  awaited(scope: string): readonly ServerStatus[] {
    this.#wake(scope === '' ? undefined : scope);
    return this.statuses(scope);
  }

  /** True if there is an endpoint for that scope, whether or not its server is ready. */
  has(scope: string): boolean {
    // The catalog is asked first, since that costs nothing.
    return scope === '' || this.#catalog.current().byServer.has(scope) || this.statuses(scope).length > 0;
  }

  /**
   * Resolves once the list that `method` asks for may be served; undefined if it may at once. Never rejects.
   */
  revalidated(method: string, scope: string): Promise<void> | undefined {
    const kind = ANSWERED_LISTS.get(method)?.kind;
    return kind && this.#revalidate(kind, scope === '' ? undefined : scope);
  }
}

/** The lists that changed for an endpoint. */
export const changedLists = (change: CatalogChange, scope: string): readonly ListKind[] =>
  scope === '' ? change.all : (change.byServer.get(scope) ?? []);

/** The view of one endpoint: `/mcp` shows all servers, `/mcp/NAME` one of them, `/mcp?view=NAME` a part. */

import type { ListKind } from '../../model/catalog.ts';
import { type CatalogView, EMPTY_VIEW } from '../../model/catalog.ts';
import type { CatalogChange, CatalogReader, Revalidate, WakeServers } from '../../model/catalog-reader.ts';
import type { GatewayControl } from '../../model/operator.ts';
import type { ServerStatus } from '../../model/status.ts';
import { viewNameOf } from '../../model/text/grammar.ts';
import { ANSWERED_LISTS } from './lists.ts';
import type { ViewHolds } from './view-holds.ts';

/** For clients of the one era that has these views. */
type RevalidateOwn = (kind: ListKind, serverName: string | undefined) => ReturnType<Revalidate>;

/** `scope` is `''` for all servers, a server's name, or that of a view (`viewScope`). */
export class Views {
  readonly #catalog: Pick<CatalogReader, 'current' | 'views'>;
  readonly #status: GatewayControl['status'];
  readonly #revalidate: RevalidateOwn;
  readonly #wake: WakeServers;
  readonly #holds: Pick<ViewHolds, 'hold' | 'touch'> | undefined;

  /**
   * @param wake tries failed servers again
   * @param holds keeps what named views show; undefined: it is made at each request
   */
  constructor(
    catalog: Pick<CatalogReader, 'current' | 'views'>,
    status: GatewayControl['status'],
    revalidate: RevalidateOwn,
    wake: WakeServers = () => {},
    holds?: Pick<ViewHolds, 'hold' | 'touch'>,
  ) {
    this.#catalog = catalog;
    this.#status = status;
    this.#revalidate = revalidate;
    this.#wake = wake;
    this.#holds = holds;
  }

  /** The current view. A server that is not ready shows nothing, and neither does a view that is gone. */
  of(scope: string): CatalogView {
    const { all, byServer } = this.#catalog.current();
    if (scope === '') return all;
    const viewName = viewNameOf(scope);
    if (viewName === undefined) return byServer.get(scope) ?? EMPTY_VIEW;
    if (this.has(scope)) this.#holds?.touch(viewName);
    return this.#catalog.views.of(viewName) ?? EMPTY_VIEW;
  }

  /** Keeps what the endpoint shows for a session or stream, until the returned function is called. */
  hold(scope: string): () => void {
    return this.#holds?.hold(scope) ?? (() => {});
  }

  /** True if the endpoint shows that server, whether or not it is ready. */
  sees(scope: string, serverName: string): boolean {
    const viewName = viewNameOf(scope);
    if (viewName !== undefined) return this.#catalog.views.hasServer(viewName, serverName);
    return scope === '' || scope === serverName;
  }

  /** The servers that the endpoint would show if they were ready. */
  statuses(scope: string): readonly ServerStatus[] {
    const { servers } = this.#status();
    return scope === '' ? servers : servers.filter(({ serverName }) => this.sees(scope, serverName));
  }

  /**
   * The same, for a client that begins, or that asked for something which no server shows: failed servers are
   * tried again.
   */
  awaited(scope: string): readonly ServerStatus[] {
    for (const serverName of this.#targets(scope)) this.#wake(serverName);
    return this.statuses(scope);
  }

  /** True if there is an endpoint for that scope, whether or not its server is ready. */
  has(scope: string): boolean {
    const viewName = viewNameOf(scope);
    if (viewName !== undefined) return this.#catalog.views.names().includes(viewName);
    // The catalog is asked first, since that costs nothing.
    return scope === '' || this.#catalog.current().byServer.has(scope) || this.statuses(scope).length > 0;
  }

  /** True if the scope is that of a view which the file no longer has. */
  isGone(scope: string): boolean {
    return viewNameOf(scope) !== undefined && !this.has(scope);
  }

  /** Names of all views. */
  names(): readonly string[] {
    return this.#catalog.views.names();
  }

  /**
   * Resolves once the list that `method` asks for may be served; undefined if it may at once. Never rejects.
   */
  revalidated(method: string, scope: string): Promise<void> | undefined {
    const kind = ANSWERED_LISTS.get(method)?.kind;
    if (!kind) return undefined;
    const waits = this.#targets(scope).flatMap((serverName) => this.#revalidate(kind, serverName) ?? []);
    return waits.length > 1 ? Promise.all(waits).then(() => {}) : waits[0];
  }

  /** Servers to act on; undefined for all. */
  #targets(scope: string): readonly (string | undefined)[] {
    if (scope === '') return ALL;
    return viewNameOf(scope) === undefined
      ? [scope]
      : this.statuses(scope).map(({ serverName }) => serverName);
  }
}

const ALL = [undefined];

/** The lists that changed for an endpoint. */
export const changedLists = (change: CatalogChange, scope: string): readonly ListKind[] =>
  scope === '' ? change.all : (change.byScope.get(scope) ?? []);

/** The view of one endpoint: `/mcp` shows all servers, `/mcp/NAME` one of them, `/mcp?view=NAME` a part. */

import { type Access, OPEN } from '../../model/access/access.ts';
import { type CatalogView, EMPTY_VIEW, type ListKind, type Route } from '../../model/catalog.ts';
import type { CatalogChange, CatalogReader, Revalidate, WakeServers } from '../../model/catalog-reader.ts';
import type { GatewayControl } from '../../model/operator.ts';
import type { ServerStatus } from '../../model/status.ts';
import { viewNameOf } from '../../model/text/grammar.ts';
import { isNarrow, isRefused, seesAll, seesServer } from '../../policy/selection.ts';
import { ANSWERED_LISTS } from './lists.ts';
import { SeenParts } from './seen.ts';
import { SeenChanges } from './seen-changes.ts';
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
  readonly #parts: SeenParts;
  readonly #changes: SeenChanges;

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
    this.#parts = new SeenParts(catalog);
    this.#changes = new SeenChanges((scope, access) => {
      const whole = this.#whole(scope);
      return seesAll(access, whole) ? undefined : this.of(scope, access).lists;
    });
  }

  /** What a caller sees now. A server that is not ready shows nothing, nor does a view that is gone. */
  of(scope: string, access?: Access): CatalogView {
    return this.#parts.of(scope, this.#whole(scope), access);
  }

  #whole(scope: string): CatalogView {
    const { all, byServer } = this.#catalog.current();
    if (scope === '') return all;
    const viewName = viewNameOf(scope);
    if (viewName === undefined) return byServer.get(scope) ?? EMPTY_VIEW;
    if (this.has(scope)) this.#holds?.touch(viewName);
    return this.#catalog.views.of(viewName) ?? EMPTY_VIEW;
  }

  /** Keeps what the endpoint shows for a session or stream, until the returned function is called. */
  hold(scope: string, access?: Access): () => void {
    const release = this.#holds?.hold(scope);
    const forget = this.#changes.hold(scope, access);
    return () => {
      release?.();
      forget();
    };
  }

  /** The lists that changed for a caller. */
  changed(change: CatalogChange, scope: string, access?: Access): readonly ListKind[] {
    const kinds = scope === '' ? change.all : (change.byScope.get(scope) ?? []);
    return kinds.length === 0 ? kinds : this.#changes.changed(change, kinds, scope, access);
  }

  /** What a tool needs that is hidden from the caller for its role alone; undefined for any other name. */
  refusedTool(scope: string, name: string, access: Access = OPEN): Route | undefined {
    const route = this.#whole(scope).lists.tools.routes.get(name);
    if (!route?.role) return undefined;
    const inAll = viewNameOf(scope) === undefined && scope !== '' ? this.#nameInAll(route) : name;
    return isRefused(access, route, inAll) ? route : undefined;
  }

  #nameInAll({ serverName, key }: Route): string | undefined {
    const all = this.#catalog.current().all.lists.tools.routes;
    return [...all].find(([, it]) => it.serverName === serverName && it.key === key)?.[0];
  }

  /** True if the endpoint shows that server to the caller, whether or not it is ready. */
  sees(scope: string, serverName: string, access?: Access): boolean {
    if (!seesServer(access, serverName, () => this.of('', access))) return false;
    const viewName = viewNameOf(scope);
    if (viewName !== undefined) return this.#catalog.views.hasServer(viewName, serverName);
    return scope === '' || scope === serverName;
  }

  /** The servers that the endpoint would show the caller if they were ready. */
  statuses(scope: string, access?: Access): readonly ServerStatus[] {
    const { servers } = this.#status();
    if (scope === '' && (access === undefined || !isNarrow(access))) return servers;
    return servers.filter(({ serverName }) => this.sees(scope, serverName, access));
  }

  /**
   * The same, for a client that begins, or that asked for something which no server shows: failed servers are
   * tried again.
   */
  awaited(scope: string, access?: Access): readonly ServerStatus[] {
    for (const serverName of this.#targets(scope, access)) this.#wake(serverName);
    return this.statuses(scope, access);
  }

  /** True if there is an endpoint for that scope and caller, whether or not its server is ready. */
  has(scope: string, access?: Access): boolean {
    const viewName = viewNameOf(scope);
    if (viewName !== undefined) return this.#catalog.views.names().includes(viewName);
    if (scope === '') return true;
    if (!seesServer(access, scope, () => this.of('', access))) return false;
    // The catalog is asked first, since that costs nothing.
    return this.#catalog.current().byServer.has(scope) || this.statuses(scope).length > 0;
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
  revalidated(method: string, scope: string, access?: Access): Promise<void> | undefined {
    const kind = ANSWERED_LISTS.get(method)?.kind;
    if (!kind) return undefined;
    const waits = this.#targets(scope, access).flatMap(
      (serverName) => this.#revalidate(kind, serverName) ?? [],
    );
    return waits.length > 1 ? Promise.all(waits).then(() => {}) : waits[0];
  }

  /** Servers to act on; undefined for all. */
  #targets(scope: string, access: Access = OPEN): readonly (string | undefined)[] {
    if (scope === '' && !isNarrow(access)) return ALL;
    return scope !== '' && viewNameOf(scope) === undefined
      ? [scope]
      : this.statuses(scope, access).map(({ serverName }) => serverName);
  }
}

const ALL = [undefined];

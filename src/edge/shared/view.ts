/** What one endpoint shows. */
import { type CatalogView, EMPTY_VIEW } from '../../model/catalog.ts';
import type { CatalogReader, Revalidate } from '../../model/catalog-reader.ts';
import type { GatewayControl } from '../../model/operator.ts';
import type { ServerStatus } from '../../model/status.ts';
import { ANSWERED_LISTS } from './lists.ts';

/** What this session sees now. A server that is not ready shows nothing. */
export function viewOf(catalog: CatalogReader, scope: string): CatalogView {
  const { all, byServer } = catalog.current();
  return scope === '' ? all : (byServer.get(scope) ?? EMPTY_VIEW);
}

/** The servers that a session of this scope could see if they were ready. */
export function statusesOf(control: Pick<GatewayControl, 'status'>, scope: string): readonly ServerStatus[] {
  const { servers } = control.status();
  return scope === '' ? servers : servers.filter(({ serverName }) => serverName === scope);
}

/** A request for a list may have to wait until that is read again. */
export function revalidateFor(
  { revalidate }: { readonly revalidate: Revalidate },
  method: string,
  scope: string,
): Promise<void> | undefined {
  const kind = ANSWERED_LISTS.get(method)?.kind;
  return kind && revalidate(kind, scope === '' ? undefined : scope);
}

/** Errors for names and URIs that no server serves: what may be meant instead, or why the server is down. */
import type { Reply } from '../../model/calls.ts';
import type { CatalogView } from '../../model/catalog.ts';
import { absentOwner, describeState, isUp, type ServerStatus } from '../../model/status.ts';
import { suggest } from '../../model/text/suggest.ts';
import { RPC } from '../../wire/codes.ts';
import { refusal } from '../http/message.ts';

export type Named = 'tool' | 'prompt';

/** @param statuses of the servers that the endpoint would show */
export function unknownName(
  kind: Named,
  name: string,
  view: CatalogView,
  statuses: readonly ServerStatus[],
): Reply {
  const owner = absentOwner(name, statuses);
  const meant = suggest(name, view.lists[`${kind}s`].routes.keys());
  const why = owner
    ? absence(owner)
    : meant
      ? `did you mean ${meant}?`
      : `list ${kind}s to see what there is`;
  return refusal(RPC.INVALID_PARAMS, `Unknown ${kind}: ${name} (${why})`);
}

export function unknownResource(uri: string, statuses: readonly ServerStatus[]): Reply {
  const absent = statuses.filter(({ state }) => !isUp(state)).map(absence);
  const why = absent.length > 0 ? ` (${absent.join('; ')})` : '';
  return refusal(RPC.RESOURCE_NOT_FOUND, `Resource not found: ${uri}${why}`, { uri });
}

function absence({ serverName, state, reason, detail, hint }: ServerStatus): string {
  return `server ${serverName} ${describeState(state, reason ?? detail)}${hint ? `; fix: ${hint}` : ''}`;
}

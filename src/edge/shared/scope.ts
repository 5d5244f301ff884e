/** The scope that an address names: all servers, one of them, or a view. */
import { viewScope } from '../../model/text/grammar.ts';
import type { Refusal } from '../http/guard.ts';

/** @param serverName of the path; `''` for none */
export function scopeOf(url: string, serverName: string): string | Refusal {
  const query = url.indexOf('?');
  // Nearly all addresses have no query, and parsing one costs as much as routing the request.
  if (query < 0) return serverName;
  const [viewName, ...others] = new URLSearchParams(url.slice(query)).getAll('view');
  if (viewName === undefined) return serverName;
  if (others.length > 0) return { status: 400, message: 'the address names more than one view' };
  if (serverName !== '')
    return { status: 400, message: 'a view is of all servers: its address is /mcp?view=NAME' };
  return viewScope(viewName);
}

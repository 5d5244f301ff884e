/** What a caller sees of the catalog. Pure. */
import { type Access, OPEN, type ToolRole } from '../model/access/access.ts';
import type { CatalogView, Route, Selection } from '../model/catalog.ts';
import { matchesPattern } from '../model/text/grammar.ts';
import { isListed } from './decide.ts';

/** True if the caller sees only some servers or tools, whatever its role. */
export const isNarrow = ({ servers, tools }: Access): boolean => servers !== undefined || tools !== undefined;

/** True if the caller sees all of a view, which is nearly always the case. */
export const seesAll = (access: Access, { roles = [] }: { readonly roles?: readonly ToolRole[] }): boolean =>
  !isNarrow(access) && roles.every((role) => isListed(access, role));

export const matchesAny = (patterns: readonly string[] | undefined, name: string): boolean =>
  patterns === undefined || patterns.some((pattern) => matchesPattern(pattern, name));

/** True if the caller's lists have the tool, whatever its role. @param name as `/mcp` lists it */
const isNamed = ({ tools }: Access, name: string | undefined): boolean =>
  tools === undefined || (name !== undefined && matchesAny(tools, name));

export const selectionOf = (access: Access): Selection => ({
  isNarrow: isNarrow(access),
  hasToolsOnly: access.servers === undefined && access.tools !== undefined,
  seesServer: (serverName) => matchesAny(access.servers, serverName),
  seesTool: (name, route) => isNamed(access, name) && isListed(access, route.role),
});

/**
 * True if a server exists for the caller.
 * @param all what the caller sees of `/mcp`: with `tools` alone, servers exist through their tools
 */
export function seesServer(access: Access = OPEN, serverName: string, all: () => CatalogView): boolean {
  if (!isNarrow(access)) return true;
  if (access.servers === undefined) return all().servers.includes(serverName);
  return matchesAny(access.servers, serverName);
}

/**
 * True if the tool is hidden from the caller for its role alone: then it is refused, while a tool outside its
 * lists does not exist.
 * @param name under which `/mcp` lists the tool; undefined if it does not
 */
export const isRefused = (access: Access, { serverName, role }: Route, name: string | undefined): boolean =>
  !isListed(access, role) && matchesAny(access.servers, serverName) && isNamed(access, name);

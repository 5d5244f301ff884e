/** What a named view selects of the merged catalog: whole servers, and of their tools some by name. */
import type { CatalogView, Route } from '../model/catalog.ts';
import type { NamedView } from '../model/desired.ts';
import { matchesPattern } from '../model/text/grammar.ts';
import { isShown } from './naming.ts';

export interface SelectedTools {
  /** Public names, in the order in which they are listed. */
  readonly shown: readonly string[];
  /** Public names that the filters let through, and that are beyond the limit. */
  readonly leftOut: readonly string[];
}

/** True if the view shows the server, whether or not it runs. */
export const hasServer = (view: NamedView, serverName: string): boolean => placeOf(view, serverName) >= 0;

/** Place of the server in the view: that of the first name or pattern that matches it; -1 for none. */
export function placeOf({ servers, without }: NamedView, serverName: string): number {
  if (without?.includes(serverName)) return -1;
  return servers === undefined ? 0 : servers.findIndex((pattern) => matchesPattern(pattern, serverName));
}

/**
 * The tools of the view: those of its first server first, else in the order of `/mcp`, so that the limit
 * leaves out the same ones each time.
 */
export function selectTools(view: NamedView, all: CatalogView): SelectedTools {
  const routes = [...all.lists.tools.routes].filter(([name, route]) => isSelected(view, name, route));
  const names = routes
    .toSorted(([, a], [, b]) => placeOf(view, a.serverName) - placeOf(view, b.serverName))
    .map(([name]) => name);
  const { limit = names.length } = view;
  return { shown: names.slice(0, limit), leftOut: names.slice(limit) };
}

const isSelected = (view: NamedView, name: string, { serverName }: Route): boolean =>
  hasServer(view, serverName) && isShown(view.tools, name);

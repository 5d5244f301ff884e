/** Resolves the views of a file. */
import { defined } from '../../model/collections/defined.ts';
import type { NamedView } from '../../model/desired.ts';
import { alike } from '../../model/text/prefixes.ts';
import type { NamedViewInput } from '../schema/named-views.ts';
import type { SettingsInput } from '../schema/stack.ts';

/** A server of the file, with the prefix of its tools. */
export interface Prefixed {
  readonly serverName: string;
  readonly prefix: string;
}

/** Sorted by name. */
export function resolveViews(
  views: NonNullable<SettingsInput['views']>,
  servers: readonly Prefixed[],
): NamedView[] {
  return Object.entries(views)
    .map(([viewName, view]) => {
      const { servers: named, tools = {}, limit } = view;
      return defined({
        viewName,
        servers: named,
        without: withoutOf(view, servers),
        tools: defined(tools),
        limit,
      });
    })
    .sort((a, b) => (a.viewName < b.viewName ? -1 : 1));
}

/** A server that the view names is in it, whatever tools it is to show. */
function withoutOf({ servers, tools }: NamedViewInput, all: readonly Prefixed[]): string[] | undefined {
  const allow = tools?.allow;
  if (servers !== undefined || allow === undefined) return undefined;
  const without = all.filter(
    ({ prefix }) => !allow.some((pattern) => mayMatch(alike(pattern), alike(prefix))),
  );
  return without.length === 0 ? undefined : without.map(({ serverName }) => serverName).sort();
}

/** True if the pattern may match a text that begins with the prefix. */
function mayMatch(pattern: string, prefix: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern.startsWith(prefix);
  return star >= prefix.length ? pattern.startsWith(prefix) : prefix.startsWith(pattern.slice(0, star));
}

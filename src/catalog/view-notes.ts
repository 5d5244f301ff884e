/** Texts about named views: tools beyond a limit, and filters that no server or tool is called by. */
import type { CatalogView } from '../model/catalog.ts';
import type { NamedView } from '../model/desired.ts';
import { matchesPattern } from '../model/text/grammar.ts';
import { selectTools } from './select.ts';

/** Longest list of names in a note. */
const MAX_NAMES = 5;

/**
 * One sentence for each fault of a view.
 * @param serverNames all servers, whether or not they run
 */
export function viewNotes(
  views: readonly NamedView[],
  all: CatalogView,
  serverNames: readonly string[],
): string[] {
  return views.flatMap((view) => [
    ...idleServers(view, serverNames),
    ...idleTools(view, all),
    ...beyondLimit(view, all),
  ]);
}

function idleServers({ viewName, servers = [] }: NamedView, serverNames: readonly string[]): string[] {
  const idle = servers.filter((pattern) => !serverNames.some((name) => matchesPattern(pattern, name)));
  return idle.length === 0
    ? []
    : [`view ${viewName}: \`servers\` names ${namesOf(idle)}, which no server is called`];
}

function idleTools(view: NamedView, all: CatalogView): string[] {
  const names = [...all.lists.tools.routes.keys()];
  if (names.length === 0) return [];
  const { viewName, tools } = view;
  return (['allow', 'deny'] as const).flatMap((key) => {
    const idle = (tools[key] ?? []).filter((pattern) => !names.some((name) => matchesPattern(pattern, name)));
    return idle.length === 0
      ? []
      : [`view ${viewName}: \`tools.${key}\` names ${namesOf(idle)}, which no tool of /mcp is called`];
  });
}

function beyondLimit(view: NamedView, all: CatalogView): string[] {
  const { shown, leftOut } = selectTools(view, all);
  if (leftOut.length === 0) return [];
  const total = shown.length + leftOut.length;
  return [
    `view ${view.viewName} shows ${shown.length} of ${total} tools: \`limit\` leaves out ${namesOf(leftOut)}`,
  ];
}

function namesOf(names: readonly string[]): string {
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  return `${names.slice(0, MAX_NAMES).join(', ')}${more}`;
}

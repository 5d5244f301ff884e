/** Resolves the views of a file. */
import { defined } from '../../model/collections/defined.ts';
import type { NamedView } from '../../model/desired.ts';
import type { SettingsInput } from '../schema/stack.ts';

/** Sorted by name. */
export function resolveViews(views: NonNullable<SettingsInput['views']>): NamedView[] {
  return Object.entries(views)
    .map(([viewName, { servers, tools = {}, limit }]) =>
      defined({ viewName, servers, tools: defined(tools), limit }),
    )
    .sort((a, b) => (a.viewName < b.viewName ? -1 : 1));
}

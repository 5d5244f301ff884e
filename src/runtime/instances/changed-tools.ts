/** Compares the tools of a server with those that it had when its lists were last kept. */
import type { Inventory } from '../../model/catalog.ts';

type Tools = Pick<Inventory, 'tools' | 'instructions'>;

/** Names that are kept of one server. */
const MAX_NAMES = 20;

/**
 * What a person may want to look at again: tools whose definition is another, and tools that are new. Removed
 * tools can do no harm.
 */
export function changedTools(before: Tools, now: Tools): readonly string[] {
  const known = new Map(before.tools.map(({ key, json }) => [key, json]));
  const changed = now.tools.filter(({ key, json }) => known.get(key) !== json).map(({ key }) => key);
  return before.instructions === now.instructions ? changed : [...changed, 'its instructions'];
}

/** What has changed so far, and now; a bounded number of names. */
export const allChanged = (before: readonly string[], now: readonly string[]): readonly string[] =>
  [...new Set([...before, ...now])].slice(0, MAX_NAMES);

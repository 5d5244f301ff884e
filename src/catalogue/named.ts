/** Finds an entry by what people type: its id, or its name. */
import { editDistance } from '../model/text/edit-distance.ts';
import { type Entry, shortName, sourceOf } from './entry/entry.ts';
import type { CatalogueSearch } from './search/search.ts';

const MAX_NAMED = 4;
const MAX_TYPING_ERRORS = 2;

export interface Named {
  readonly entry?: Entry;
  /** Ids that may have been meant; empty if the entry was found. */
  readonly near: readonly string[];
}

/** The entry with this id, or the only one, or the one of Hive's own catalogue, with this name. */
export function entryNamed(
  name: string,
  entries: readonly Entry[],
  search: Pick<CatalogueSearch, 'find'>,
): Named {
  const wanted = name.toLowerCase();
  const exact = entries.find(({ id }) => id.toLowerCase() === wanted);
  if (exact) return { entry: exact, near: [] };
  const named = entries.filter(({ id }) => shortName(id).toLowerCase() === wanted);
  const own = named.find(({ id }) => sourceOf(id) === 'hive') ?? (named.length === 1 ? named[0] : undefined);
  if (own) return { entry: own, near: [] };
  const typed = entries.filter(({ id }) => editDistance(id.toLowerCase(), wanted) <= MAX_TYPING_ERRORS);
  const found = search.find({ text: shortName(name), limit: MAX_NAMED });
  const ids = [...named, ...typed, ...found.entries].map(({ id }) => id);
  return { near: [...new Set(ids)].slice(0, MAX_NAMED) };
}

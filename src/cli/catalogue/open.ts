/** The catalogue of this installation, and one entry of it. */
import type { Entry, Way } from '../../catalogue/entry/entry.ts';
import { SHIPPED } from '../../catalogue/folder.ts';
import { entryNamed as find } from '../../catalogue/named.ts';
import { CatalogueSearch } from '../../catalogue/search/search.ts';
import { readShipped } from '../../catalogue/shipped.ts';
import { GatewayError } from '../../errors.ts';
import { processFiles } from '../../files/process-files.ts';
import { oneLine } from '../../model/text/visible.ts';
import { printError } from '../terminal/print.ts';

const KINDS = ['image', 'npm', 'pypi', 'remote'] as const;

/** What can be read of it; stderr gets the rest. @throws GatewayError INTERNAL if nothing can be read */
export async function openCatalogue(): Promise<readonly Entry[]> {
  const { entries, problems } = await readShipped(SHIPPED, processFiles);
  if (entries.length === 0)
    throw new GatewayError('INTERNAL', problems.join('; '), {
      hint: 'install Hive again: files are missing',
    });
  for (const problem of problems) printError(`note: ${problem}`);
  return entries;
}

/** @throws GatewayError USAGE */
export function kindOf(text: string): Way['kind'] {
  const kind = KINDS.find((it) => it === text);
  if (kind) return kind;
  throw new GatewayError('USAGE', `${text} is no way to run a server`, {
    hint: `one of ${KINDS.join(', ')}`,
  });
}

/**
 * The entry with this id, or the only one, or the one of Hive's own catalogue, with this name.
 * @throws GatewayError USAGE, with near misses
 */
export function entryNamed(name: string, entries: readonly Entry[]): Entry {
  const { entry, near } = find(name, entries, new CatalogueSearch(entries));
  if (entry) return entry;
  throw new GatewayError('USAGE', `the catalogue has no entry ${oneLine(name)}`, {
    hint: near.length > 0 ? `did you mean ${near.join(', ')}?` : 'npx hive search WORDS finds entries',
  });
}

/** The catalogue of this installation, and one entry of it. */
import { join } from 'node:path';
import { type Entry, shortName, sourceOf, type Way } from '../../catalogue/entry/entry.ts';
import { CatalogueSearch } from '../../catalogue/search/search.ts';
import { readShipped } from '../../catalogue/shipped.ts';
import { similar } from '../../config/source/similar.ts';
import { GatewayError } from '../../errors.ts';
import { processFiles } from '../../files/process-files.ts';
import { printError } from '../terminal/print.ts';

/** Beside `src/` in a checkout, beside `dist/` in a package. */
const FOLDER = join(
  import.meta.dirname,
  import.meta.filename.endsWith('.ts') ? '../../..' : '..',
  'catalogue',
);

const KINDS = ['image', 'npm', 'pypi', 'remote'] as const;
const MAX_NAMED = 4;

/** What can be read of it; stderr gets the rest. @throws GatewayError INTERNAL if nothing can be read */
export async function openCatalogue(): Promise<readonly Entry[]> {
  const { entries, problems } = await readShipped(FOLDER, processFiles);
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
  const wanted = name.toLowerCase();
  const exact = entries.find(({ id }) => id.toLowerCase() === wanted);
  if (exact) return exact;
  const named = entries.filter(({ id }) => shortName(id).toLowerCase() === wanted);
  const own = named.find(({ id }) => sourceOf(id) === 'hive') ?? (named.length === 1 ? named[0] : undefined);
  if (own) return own;
  const near = nearTo(name, entries);
  throw new GatewayError('USAGE', `the catalogue has no entry ${name}`, {
    hint: near.length > 0 ? `did you mean ${near.join(', ')}?` : 'npx hive search WORDS finds entries',
  });
}

function nearTo(name: string, entries: readonly Entry[]): string[] {
  const byId = similar(
    name,
    entries.map(({ id }) => id),
  );
  const found = new CatalogueSearch(entries).find({ text: shortName(name), limit: MAX_NAMED });
  const ids = [...(byId === undefined ? [] : [byId]), ...found.entries.map(({ id }) => id)];
  return [...new Set(ids)].slice(0, MAX_NAMED);
}

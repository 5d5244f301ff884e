/** Finds files of `src/` that read or write files without the door: past its limits of size, time and kind. */
import { readFacts } from './facts.ts';
import type { Sources } from './tree.ts';

const FILES = /^node:fs(\/promises)?$/;
const READS = /^(readFile|createReadStream|readv?|openAsBlob|glob|cp)(Sync)?$/;
/** Would follow a link that somebody has put in the place of the file. */
const WRITES = /^(writeFile|appendFile|createWriteStream|copyFile)(Sync)?$/;
/** The whole module, under any name. */
const WHOLE = /^(\*|default)$/;

/** May write where they like: into a new folder of their own, or where the user says. */
const WRITERS: ReadonlySet<string> = new Set(['setup/images/make-base.ts', 'cli/schema.ts']);

/** One line for each import. */
export function directFileAccess(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) =>
    readFacts(file, text)
      .imports.filter(({ specifier = '' }) => FILES.test(specifier))
      .flatMap(({ names, line }) => {
        const wrong = names.filter((name) => !isAllowed(file, name));
        return wrong.length === 0 ? [] : [`src/${file}:${line} imports ${wrong.join(', ')}`];
      }),
  );
}

function isAllowed(file: string, name: string): boolean {
  if (READS.test(name)) return file.startsWith('files/');
  if (WRITES.test(name)) return file.startsWith('store/') || WRITERS.has(file);
  return !WHOLE.test(name);
}

/** Reads the files of `src/` into memory. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sources } from './tree.ts';

const SRC = join(import.meta.dirname, '../../../src');

/** Each file below `src/` with its text. A file with another ending than `.ts` is read too, so that no row fits it. */
export function readSources(): Sources {
  const files = globSync('**/*.*', { cwd: SRC }).sort();
  return new Map(files.map((file) => [file, readFileSync(join(SRC, file), 'utf8')]));
}

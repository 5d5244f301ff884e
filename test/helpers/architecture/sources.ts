/** Reads the files of `src/` into memory. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sources } from './tree.ts';

const SRC = join(import.meta.dirname, '../../../src');

/** Each TypeScript file below `src/` with its text. */
export function readSources(): Sources {
  const files = globSync('**/*.ts', { cwd: SRC }).sort();
  return new Map(files.map((file) => [file, readFileSync(join(SRC, file), 'utf8')]));
}

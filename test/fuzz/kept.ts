/** Inputs that failed once: kept as files, and replayed by every test run. */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'kept');

export interface Kept {
  /** Name of the file, without its extension. */
  readonly name: string;
  readonly input: unknown;
}

/** The inputs that are kept for a target, sorted by name. */
export function keptFor(target: string): Kept[] {
  return globSync('*.json', { cwd: join(FOLDER, target) })
    .sort()
    .map((file) => {
      const { input } = JSON.parse(readFileSync(join(FOLDER, target, file), 'utf8')) as { input: unknown };
      return { name: basename(file, '.json'), input };
    });
}

/** Keeps an input. `why` says what Hive did wrong. Returns the path of the file. */
export function keep(target: string, name: string, why: string, input: unknown): string {
  const folder = join(FOLDER, target);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.json`);
  writeFileSync(path, `${JSON.stringify({ why, input }, null, 1)}\n`);
  return path;
}

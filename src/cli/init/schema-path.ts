/** Where the schema of the config file is on this machine, as the first line of a config file names it. */
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

/** In the package, and in a checkout. */
const SHIPPED = 'schemas/stack.schema.json';
/** Characters that editors read in a path after `$schema=`. */
const PLAIN = /^[\w./~+@-]+$/;

/** The shipped schema: the nearest one above this code; undefined if it is not there. */
export function shippedSchema(from = import.meta.dirname): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, SHIPPED);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return undefined;
  }
}

/** True for a package in the cache of npx, which the next version or a clean-up replaces. */
export const isPassing = (schema: string): boolean => /[\\/]_npx[\\/]/.test(schema);

/** Relative where the schema is in the folder of the config file, so that it holds for others too. */
export function schemaReference(schema: string, folder: string): string {
  const short = relative(folder, schema).replaceAll('\\', '/');
  if (!short.startsWith('..') && PLAIN.test(short)) return `./${short}`;
  return PLAIN.test(schema) ? schema : pathToFileURL(schema).href;
}

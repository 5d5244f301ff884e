/** Paths as the compiled file writes them. */
import { dirname, relative, sep } from 'node:path';

/**
 * A path relative to the compiled file's folder, with `/`, beginning with `.` as Compose requires. A path
 * that shares only the root with that file stays absolute.
 */
export function pathFrom(composeFile: string, path: string): string {
  const [, first] = path.split(sep);
  if (composeFile.split(sep)[1] !== first) return path;
  const local = relative(dirname(composeFile), path).split(sep).join('/');
  return local.startsWith('..') ? local : `./${local}`.replace(/^\.\/$/, '.');
}

/**
 * Like `pathFrom`, for a path without references: a `$` in it is escaped, so that Compose reads it literally.
 */
export function plainPathFrom(composeFile: string, path: string): string {
  return pathFrom(composeFile, path).replaceAll('$', '$$$$');
}

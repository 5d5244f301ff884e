import { dirname, relative, sep } from 'node:path';

/**
 * A path as the compiled file writes it: relative to that file's folder, with `/`, beginning with `.` as Compose wants; one
 * that has only the root in common with it stays absolute.
 */
export function pathFrom(composeFile: string, path: string): string {
  const [, first] = path.split(sep);
  if (composeFile.split(sep)[1] !== first) return path;
  const local = relative(dirname(composeFile), path).split(sep).join('/');
  return local.startsWith('..') ? local : `./${local}`.replace(/^\.\/$/, '.');
}

/** The same for a path without references: a `$` in it is a letter like any other. */
export function plainPathFrom(composeFile: string, path: string): string {
  return pathFrom(composeFile, path).replaceAll('$', '$$$$');
}

import { dirname, relative, sep } from 'node:path';

/** A path as the compiled file writes it: relative to that file's folder, with `/`, beginning with `.` as Compose wants. */
export function pathFrom(composeFile: string, path: string): string {
  const local = relative(dirname(composeFile), path).split(sep).join('/');
  return local.startsWith('..') ? local : `./${local}`.replace(/^\.\/$/, '.');
}

/** The same for a path without references: a `$` in it is a letter like any other. */
export function plainPathFrom(composeFile: string, path: string): string {
  return pathFrom(composeFile, path).replaceAll('$', '$$$$');
}

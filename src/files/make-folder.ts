/** Makes a folder with the folders around it. Node's own recursive mkdir never returns below /proc. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A folder that is there already is left as it is. Several processes may make the same folder at once.
 *
 * @param mode of each folder that is made
 * @param mkdir only tests set it
 * @throws the error of the file system
 */
export function makeFolder(path: string, mode = 0o777, mkdir: typeof mkdirSync = mkdirSync): void {
  const error = attempt(path, mode, mkdir);
  if (error === undefined) return;
  const parent = dirname(path);
  if (error.code !== 'ENOENT' || parent === path) throw error;
  makeFolder(parent, mode, mkdir);
  // A folder that refuses to have folders may say so with the code of a missing one: one more attempt.
  const second = attempt(path, mode, mkdir);
  if (second !== undefined) throw second;
}

/** @returns why there is no folder at `path` now */
function attempt(path: string, mode: number, mkdir: typeof mkdirSync): NodeJS.ErrnoException | undefined {
  try {
    mkdir(path, { mode });
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException;
    return error.code === 'EEXIST' && isFolder(path) ? undefined : error;
  }
  return undefined;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Makes a folder with the folders around it. Node's own recursive mkdir never returns below /proc. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A folder that is there already is left as it is.
 *
 * @param mode of each folder that is made
 * @throws the error of the file system
 */
export function makeFolder(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && isFolder(path)) return;
    const parent = dirname(path);
    // A folder that refuses to have folders may say so with the code of a missing one.
    if (code !== 'ENOENT' || parent === path || isFolder(parent)) throw error;
    makeFolder(parent, mode);
    makeInside(path, mode);
  }
}

function makeInside(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Somebody else may have been faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(path)) throw error;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

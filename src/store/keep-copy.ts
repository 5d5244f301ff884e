/** Keeps a copy of a file beside it. */
import { constants, copyFileSync } from 'node:fs';

/**
 * Copies to `PATH.bak`, or to the first of `PATH.bak2`, `.bak3` … that is free.
 * @returns the path of the copy @throws Error of node:fs
 */
export function keepCopy(path: string): string {
  for (let number = 1; ; number++) {
    const copy = `${path}.bak${number === 1 ? '' : number}`;
    try {
      copyFileSync(path, copy, constants.COPYFILE_EXCL);
      return copy;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    }
  }
}

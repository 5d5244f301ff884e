/** Writes a file that is never changed afterwards. */
import { rmSync } from 'node:fs';
import { writeNew } from './write-whole.ts';

/**
 * For the user alone. A file that is there already stays as it is.
 * @throws the error of the file system; no part of the file is left
 */
export function writeOnce(path: string, content: Buffer): void {
  try {
    writeNew(path, content);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return;
    rmSync(path, { force: true });
    throw thrown;
  }
}

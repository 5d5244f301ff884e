/** Writes a file that is never changed afterwards. */
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';

/**
 * For the user alone. A file that is there already stays as it is.
 * @throws the error of the file system; no part of the file is left
 */
export function writeOnce(path: string, content: Buffer): void {
  let fd: number;
  try {
    fd = openSync(path, 'wx', 0o600);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw thrown;
  }
  try {
    writeFileSync(fd, content);
  } catch (thrown) {
    rmSync(path, { force: true });
    throw thrown;
  } finally {
    closeSync(fd);
  }
}

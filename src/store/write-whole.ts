/** Writes a file as a whole: a reader finds the old text or the new one, never a part of it. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

interface WriteOptions {
  readonly mode?: number;
  /** Waits for the disk: for a file that must survive a loss of power. Costs about 10 ms. */
  readonly isSynced?: boolean;
}

/**
 * The draft beside the file is made anew, so that a link which somebody left in its place leads nowhere.
 * @throws Error of node:fs if the folder is missing, or the disk full or read-only; the old text stays then
 */
export function writeWhole(path: string, data: string | Buffer, options: WriteOptions = {}): void {
  const { mode = 0o600, isSynced = false } = options;
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  try {
    writeNew(draft, data, mode, isSynced);
    renameSync(draft, path);
  } catch (error) {
    // A full disk must not be filled by a draft that could not be finished.
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Writes a file that must not be there yet. @throws EEXIST, and what the file system refuses */
export function writeNew(path: string, data: string | Buffer, mode = 0o600, isSynced = false): void {
  const fd = openSync(path, 'wx', mode);
  try {
    writeFileSync(fd, data);
    if (isSynced) fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Writes a file as a whole: a reader finds the old text or the new one, never a part of it. */
import { renameSync, writeFileSync } from 'node:fs';

/** @throws Error of node:fs if the folder is missing or the disk is full; the old text stays then */
export function writeWhole(path: string, text: string, mode = 0o600): void {
  writeFileSync(`${path}.new`, text, { mode });
  renameSync(`${path}.new`, path);
}

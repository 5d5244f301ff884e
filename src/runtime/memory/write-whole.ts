import { renameSync, writeFileSync } from 'node:fs';

/** Replaces the file as a whole, so that a compose run never reads half of it. */
export function writeWhole(path: string, text: string, mode = 0o600): void {
  writeFileSync(`${path}.new`, text, { mode });
  renameSync(`${path}.new`, path);
}

/** Moves what stands in the place of a file of Hive out of the way, and keeps it. */
import { existsSync, renameSync } from 'node:fs';

/**
 * Renames to `PATH.bak`, or to the first of `PATH.bak2`, `.bak3` … that is free.
 * @returns the new path @throws Error of node:fs
 */
export function setAside(path: string): string {
  for (let number = 1; ; number++) {
    const aside = `${path}.bak${number === 1 ? '' : number}`;
    if (existsSync(aside)) continue;
    renameSync(path, aside);
    return aside;
  }
}

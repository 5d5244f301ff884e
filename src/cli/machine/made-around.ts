/** Folders around one of Hive's that were made for it. */
import { rmdirSync, statSync } from 'node:fs';
import { dirname, relative } from 'node:path';

/** Folders that one program makes on the way to another are born within that time. */
const SAME_MOMENT_MS = 1_000;

/**
 * Folders of the user's home that were born with the folder in them, the innermost first:
 * `~/.local/state` and `~/.local` for `~/.local/state/hive`. Nothing says who made a folder; one that is as
 * old as Hive's, and empty without it, was made for it. To be read before anything is removed.
 *
 * @param bornAt Unix milliseconds of a folder's birth; only tests set it
 */
export function madeAround(
  folder: string,
  home: string,
  bornAt: (path: string) => number = birthOf,
): string[] {
  const made: string[] = [];
  let inner = folder;
  for (;;) {
    const outer = dirname(inner);
    const isBelow = /^(?!\.\.(?:\/|$))[^/]/.test(relative(home, outer));
    const isSameAge = Math.abs(bornAt(inner) - bornAt(outer)) <= SAME_MOMENT_MS;
    if (!isBelow || !isSameAge) return made;
    made.push(outer);
    inner = outer;
  }
}

/** Never the same for two folders where the file system keeps no births, or a folder is missing. */
function birthOf(path: string): number {
  const { birthtimeMs = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return birthtimeMs > 0 ? birthtimeMs : Number.NaN;
}

/** Removes those that are empty, from the inside on. */
export function removeEmpty(folders: readonly string[]): void {
  try {
    for (const folder of folders) rmdirSync(folder);
  } catch {
    // It holds something of others.
  }
}

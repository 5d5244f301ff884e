/**
 * Finds the config file in the folders above, as git and Compose do. Commands act on what it finds, and
 * `hive down` removes, so the search is narrower: it takes no file that another user may have put there.
 */
import { dirname, join } from 'node:path';
import { STACK_NAMES } from './names.ts';

/** What the search needs to know of one path. */
export interface PathFacts {
  readonly uid: number;
  /** Type and permission bits. */
  readonly mode: number;
  /** Number of the file system. */
  readonly dev: number;
}

export interface Surroundings {
  /** Absolute path without links; undefined if the user has none. */
  readonly home: string | undefined;
  /** Undefined on systems without numbers of users: then nothing is said of owners. */
  readonly uid: number | undefined;
  /** Of the path itself, be it a link; undefined if there is nothing. */
  lstat(path: string): PathFacts | undefined;
  /** Of what the path leads to; undefined if that is nothing. */
  stat(path: string): PathFacts | undefined;
}

export interface Above {
  /** Absolute path; undefined if there is none. */
  readonly file: string | undefined;
  /** Files that were passed over, since they belong to other users. */
  readonly foreign: readonly string[];
}

const ROOT_UID = 0;
/** Permission of everybody to write. */
const WORLD_WRITABLE = 0o002;

/**
 * Looks in the folders above `start`, up to and with the first one that is the home of the user or holds a
 * `.git`. Ends before another file system, and before a folder in which everybody may write, such as /tmp.
 *
 * @param start absolute path without links; the folder itself is not searched
 */
export function stackAbove(start: string, around: Surroundings): Above {
  const foreign: string[] = [];
  for (const folder of foldersAbove(start, around)) {
    for (const name of STACK_NAMES) {
      const file = join(folder, name);
      if (around.stat(file) === undefined) continue;
      if (isTrusted(folder, name, around)) return { file, foreign };
      foreign.push(file);
    }
  }
  return { file: undefined, foreign };
}

function* foldersAbove(start: string, around: Surroundings): Generator<string> {
  const device = around.stat(start)?.dev;
  for (let folder = start; !isLast(folder, around); ) {
    const parent = dirname(folder);
    const facts = around.stat(parent);
    if (parent === folder || facts === undefined || facts.dev !== device) return;
    if (around.uid !== undefined && (facts.mode & WORLD_WRITABLE) !== 0) return;
    yield parent;
    folder = parent;
  }
}

const isLast = (folder: string, { home, stat }: Surroundings): boolean =>
  folder === home || stat(join(folder, '.git')) !== undefined;

/** True if the file, each link on the way and what they lead to belong to this user or to root. */
function isTrusted(folder: string, name: string, { uid, lstat, stat }: Surroundings): boolean {
  if (uid === undefined) return true;
  const words = name.split('/');
  const paths = words.map((_, index) => join(folder, ...words.slice(0, index + 1)));
  const found = paths.flatMap((path) => [lstat(path), stat(path)]);
  return found.every((it) => it !== undefined && (it.uid === uid || it.uid === ROOT_UID));
}

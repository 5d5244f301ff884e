/** Symbolic links on the way to watched paths, and modification times. */
import { dirname, parse, resolve, sep } from 'node:path';
import type { FileReader } from '../../files/file-reader.ts';

/** Time stamps of files lag behind the clock by up to one tick of the kernel. */
const TICK_MS = 20;
/** As in Linux: a longer chain of links is a loop. */
const MAX_LINKS = 40;

export interface WithLinks {
  readonly all: ReadonlySet<string>;
  /** True if a path leads through a symbolic link. */
  readonly hasLinks: boolean;
}

/** The paths, every symbolic link on the way to them, and the targets of these links. */
export async function withLinks(paths: readonly string[], files: FileReader): Promise<WithLinks> {
  const chains = await Promise.all(paths.map((path) => chainOf(resolve(path), files)));
  return { all: new Set(chains.flat()), hasLinks: chains.some((chain) => chain.length > 1) };
}

/** The path itself, then the links on the way to it, then its target; only the path if there are no links. */
async function chainOf(path: string, files: FileReader): Promise<string[]> {
  const chain = [path];
  let at = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    const found = await firstLink(at, files);
    if (found === undefined) return at === path ? chain : [...chain, at];
    chain.push(found.link);
    at = found.leadsTo;
  }
  return chain;
}

interface SymbolicLink {
  readonly link: string;
  /** The whole path, with this link replaced by its target. */
  readonly leadsTo: string;
}

async function firstLink(path: string, files: FileReader): Promise<SymbolicLink | undefined> {
  const { root } = parse(path);
  const parts = path.slice(root.length).split(sep);
  for (let depth = 1; depth <= parts.length; depth++) {
    const link = resolve(root, ...parts.slice(0, depth));
    const stat = await files.lstat(link).catch(() => undefined);
    if (stat === undefined) return undefined;
    if (!stat.isSymbolicLink()) continue;
    const target = await files.readlink(link).catch(() => undefined);
    if (target === undefined) return undefined;
    return { link, leadsTo: resolve(dirname(link), target, ...parts.slice(depth)) };
  }
  return undefined;
}

/** True if any of the paths was written, created or replaced at or after a time (Unix ms). */
export async function writtenSince(
  paths: ReadonlySet<string>,
  time: number,
  files: FileReader,
): Promise<boolean> {
  const stats = await Promise.all([...paths].map((path) => files.lstat(path).catch(() => undefined)));
  return stats.some((stat) => stat !== undefined && stat.ctimeMs >= time - TICK_MS);
}

/** The first file, such as `.env`, that was written; undefined if none is known. */
export async function firstOf(
  paths: readonly string[],
  isWritten: (paths: readonly string[]) => Promise<boolean>,
): Promise<string | undefined> {
  for (const path of paths) if (await isWritten([path])) return path;
  return undefined;
}

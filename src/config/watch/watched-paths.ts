import { lstat, readlink } from 'node:fs/promises';
import { dirname, parse, resolve, sep } from 'node:path';

/** File systems stamp with a clock that lags behind by up to a tick. */
const TICK_MS = 20;
const MOST_LINKS = 40;

export interface WithLinks {
  readonly all: ReadonlySet<string>;
  /** True when some path leads through a symbolic link. */
  readonly hasLinks: boolean;
}

/** The paths, every symbolic link that leads to one of them, and what they lead to in the end. */
export async function withLinks(paths: readonly string[]): Promise<WithLinks> {
  const chains = await Promise.all(paths.map((path) => chainOf(resolve(path))));
  return { all: new Set(chains.flat()), hasLinks: chains.some((chain) => chain.length > 1) };
}

/** The path itself first; more only when links are on the way. */
async function chainOf(path: string): Promise<string[]> {
  const chain = [path];
  let at = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    const found = await firstLink(at);
    if (found === undefined) return at === path ? chain : [...chain, at];
    chain.push(found.link);
    at = found.leadsTo;
  }
  return chain;
}

interface Link {
  readonly link: string;
  /** The whole path with this link replaced by where it points. */
  readonly leadsTo: string;
}

async function firstLink(path: string): Promise<Link | undefined> {
  const { root } = parse(path);
  const parts = path.slice(root.length).split(sep);
  for (let depth = 1; depth <= parts.length; depth++) {
    const link = resolve(root, ...parts.slice(0, depth));
    const stat = await lstat(link).catch(() => undefined);
    if (stat === undefined) return undefined;
    if (!stat.isSymbolicLink()) continue;
    const target = await readlink(link).catch(() => undefined);
    if (target === undefined) return undefined;
    return { link, leadsTo: resolve(dirname(link), target, ...parts.slice(depth)) };
  }
  return undefined;
}

/** True when any of the paths was written, made or replaced at or after a time (Unix ms). */
export async function writtenSince(paths: ReadonlySet<string>, time: number): Promise<boolean> {
  const stats = await Promise.all([...paths].map((path) => lstat(path).catch(() => undefined)));
  return stats.some((stat) => stat !== undefined && stat.ctimeMs >= time - TICK_MS);
}

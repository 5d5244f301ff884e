/** Which paths of this machine may be mounted into, or built into, containers that clients ask for. */
import { isAbsolute, relative, sep } from 'node:path';
import { mountDanger } from '../config/dangers/path-dangers.ts';

/** All paths without links in them. */
export interface HostPathRules {
  /** Folders that the file's owner allows. */
  readonly allowed: readonly string[];
  /** Folders of which nothing may be seen: Hive's state, `~/.ssh`. */
  readonly hidden: readonly string[];
  /** Folders that may not be mounted themselves, while folders in them may: that of the config file. */
  readonly guarded: readonly string[];
}

/**
 * Why the path is refused: the end of a sentence that begins with it; undefined for an allowed path.
 * @param path absolute, without links in it
 */
export function hostPathProblem(
  path: string,
  { allowed, hidden, guarded }: HostPathRules,
): string | undefined {
  if (/[:$\p{C}]/u.test(path))
    return 'has a character that no mounted path may have: `:`, `$` or one without a glyph';
  const [danger] = mountDanger([], path, '/', (text) => text);
  if (danger) return 'would open this machine: no client may mount it';
  for (const folder of hidden)
    if (isWithin(path, folder) || isWithin(folder, path))
      return `would show ${folder}: no client may mount it`;
  for (const folder of guarded)
    if (isWithin(folder, path)) return `holds ${folder}: only folders below that may be mounted`;
  if (allowed.some((folder) => isWithin(path, folder))) return undefined;
  return allowed.length === 0
    ? 'is a path of this machine, and the file allows none'
    : `is not below ${allowed.join(' or ')}`;
}

/** True for the folder itself, too. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/**
 * Paths of this machine that an entry of a container names, as they are written: sources of volumes, and what
 * its image is built from.
 */
export function hostPathsOf(entry: Readonly<Record<string, unknown>>): readonly string[] {
  const { volumes, build, dockerfile } = entry;
  const mounts = Array.isArray(volumes) ? volumes.map((it) => String(it).split(':', 1)[0] ?? '') : [];
  const context =
    typeof build === 'object' && build !== null ? (build as { context?: unknown }).context : build;
  const named = [...mounts, context, dockerfile].filter((it) => typeof it === 'string');
  return named.filter((it) => /^[./~]|^[A-Za-z]:[\\/]/.test(it));
}

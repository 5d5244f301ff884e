/** Checks what containers mount from this machine. An engine makes a folder of whatever is missing. */
import { basename, resolve } from 'node:path';
import type { FileReader } from '../../files/file-reader.ts';
import { resolveReferences, unsetIn, type Values } from '../../model/references.ts';
import { shellWord } from '../../model/text/commands.ts';
import { looksLikeFile } from '../../model/text/paths.ts';
import { parseVolume } from '../parse/endpoints.ts';
import type { Entry, EntryOf } from '../parse/parse.ts';
import type { Report } from '../source/report.ts';
import { flagIn } from './checked.ts';

/** A mount that may not be what was meant. */
interface OddMount {
  readonly entry: Entry;
  readonly index: number;
  /** A sentence about the server. */
  readonly text: string;
}

interface Mount {
  /** Absolute, on this machine. */
  readonly path: string;
  /** In the container. */
  readonly target: string;
}

/** Reports missing files, each of which fails its server. @returns what is only odd */
export async function checkMounts(
  entries: readonly Entry[],
  values: Values,
  report: Report,
  files: FileReader,
): Promise<OddMount[]> {
  const containers = entries.filter((entry) => entry.kind === 'container');
  const odd: OddMount[] = [];
  for (const entry of containers)
    for (const [index, volume] of (entry.input.volumes ?? []).entries()) {
      const mount = mountOf(entry, volume, values);
      if (mount === undefined) continue;
      const found = await look(mount, files);
      const what = `server "${entry.serverName}" mounts ${mount.path}`;
      if (found === 'nothing' && looksLikeFile(mount.path))
        flagIn(entry, report)(['volumes', index], `${what}, which ${MISSING}`, missingFix(mount));
      const text = oddness(mount, found);
      if (text !== undefined) odd.push({ entry, index, text: `${what}${text}` });
    }
  return odd;
}

const MISSING = 'does not exist and looks like a file';
const missingFix = ({ path }: Mount): string =>
  `create it; if it is meant to be a folder: mkdir -p ${shellWord(path)}`;

function mountOf({ source }: EntryOf<'container'>, volume: string, values: Values): Mount | undefined {
  if (unsetIn(volume, values).length > 0) return undefined;
  const parsed = parseVolume(resolveReferences(volume, values));
  if (parsed?.kind !== 'path') return undefined;
  const [target = ''] = parsed.rest.split(':');
  return { path: resolve(source.folder, parsed.source), target };
}

type Found = 'file' | 'folder' | 'other' | 'nothing' | 'unknown';

async function look({ path }: Mount, files: FileReader): Promise<Found> {
  try {
    const stats = await files.stat(path);
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ENOENT' ? 'nothing' : 'unknown';
  }
}

const FOLDER_FOR_FILE = 'which is a folder and looks like a file: if an engine made it';

/** Continues a sentence. */
function oddness({ path, target }: Mount, found: Found): string | undefined {
  const name = basename(path);
  if (found === 'folder' && looksLikeFile(path) && looksLikeFile(target))
    return `, ${FOLDER_FOR_FILE}, rmdir ${shellWord(path)} and create the file`;
  if (found === 'file' && looksLikeFile(path) && !looksLikeFile(target) && basename(target) !== name)
    return `, a file, at ${target}: if that is a folder, write ${target.replace(/\/$/, '')}/${name}`;
  return undefined;
}

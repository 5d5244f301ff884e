import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { Inventory } from '../../model/catalog.ts';
import type { Unit } from '../../model/compiled.ts';
import { writeWhole } from './write-whole.ts';

/** Changes with the shape of what is kept: older files are then no longer found. */
const VERSION = 1;
/** Those used longest ago go first. */
const MAX_FILES = 256;
/** Longer lists are asked for again at each start; bytes. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * What servers offered when they last ran, over restarts: known by what they run (image or command, arguments, variables), so
 * that another version never shows the lists of this one. Files are written whole, for the user alone, and checked when read.
 */
export interface KnownLists {
  of(unit: Unit): Inventory | undefined;
  /** Notes the inventory where it differs from what is known. A disk that is full costs nothing but the memory of it. */
  keep(unit: Unit, inventory: Inventory): void;
}

interface Known {
  readonly digest: string;
  readonly inventory: Inventory;
}

export function createKnownLists(folder: string): KnownLists {
  const known = new Map<string, Known>();
  const note = (key: string, value: Known): void => {
    known.set(key, value);
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size > MAX_FILES) known.delete(oldest);
  };
  return {
    of(unit) {
      const key = keyOf(unit);
      const found = known.get(key) ?? readList(join(folder, key));
      if (!found) return undefined;
      note(key, found);
      return { ...found.inventory, serverName: unit.server.serverName };
    },
    keep(unit, inventory) {
      const key = keyOf(unit);
      const text = JSON.stringify(inventory);
      const digest = digestOf(text);
      if (known.get(key)?.digest === digest) return;
      note(key, { digest, inventory });
      writeList(folder, key, text, digest);
    },
  };
}

/** Two servers that run the same have the same lists: their name is no part of it. */
function keyOf({ hash, values }: Unit): string {
  return `${VERSION}-${createHash('sha256')
    .update(`${hash} ${values ?? ''}`)
    .digest('hex')
    .slice(0, 32)}`;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function readList(path: string): Known | undefined {
  try {
    const file = readFileSync(path, 'utf8');
    const end = file.indexOf('\n');
    const digest = file.slice(0, end);
    const text = file.slice(end + 1);
    if (digestOf(text) !== digest) return undefined;
    const now = new Date();
    utimesSync(path, now, now);
    return { digest, inventory: JSON.parse(text) as Inventory };
  } catch {
    return undefined;
  }
}

function writeList(folder: string, key: string, text: string, digest: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (text.length > MAX_BYTES) rmSync(join(folder, key), { force: true });
    else writeWhole(join(folder, key), `${digest}\n${text}`);
    prune(folder);
  } catch {
    // A full disk or the like: the next gateway asks the server again.
  }
}

function prune(folder: string): void {
  const names = readdirSync(folder);
  if (names.length <= MAX_FILES) return;
  const files = names.map((name) => ({ name, usedAt: statSync(join(folder, name)).mtimeMs }));
  files.sort((a, b) => b.usedAt - a.usedAt);
  for (const { name } of files.slice(MAX_FILES)) rmSync(join(folder, name), { force: true });
}

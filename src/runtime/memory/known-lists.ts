/** Inventories of servers' last runs, which clients see before the servers are up. */
import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../files/make-folder.ts';
import { readFileText } from '../../files/read-file.ts';
import type { Inventory } from '../../model/catalog.ts';
import type { Unit } from '../../model/compiled.ts';
import { writeWhole } from '../../store/write-whole.ts';

/** Changes with the shape of an inventory, and of its definitions: files of another version are not found. */
const VERSION = 2;
/** The files that were used longest ago are removed beyond this number. */
const MAX_FILES = 256;
/** Longer inventories are not kept: their server is asked at each start. */
const MAX_BYTES = 8 * 1024 * 1024;
/** The bound above counts characters, which take up to three bytes. */
const MAX_FILE_BYTES = 4 * MAX_BYTES;

/**
 * Inventories are found by what a server runs (image or command, arguments, variables), so that another
 * version never shows the lists of this one. One file each, readable by the user alone, with a digest of its
 * content.
 */
export interface KnownLists {
  of(unit: Unit): Inventory | undefined;
  /** Keeps the inventory if it is new. Never throws: without the file, the next run asks the server. */
  keep(unit: Unit, inventory: Inventory): void;
}

interface KnownList {
  /** Size of the inventory's text. */
  readonly digest: string;
  readonly inventory: Inventory;
}

/** @param folder made when it is first needed */
export function createKnownLists(folder: string): KnownLists {
  /** Inventories that this gateway has read or written, in the order of their first use. */
  const known = new Map<string, KnownList>();
  /** Keys of inventories that had no room: they are written when they are kept again. */
  const unwritten = new Set<string>();
  const note = (key: string, list: KnownList): void => {
    known.set(key, list);
    const [oldest] = known.keys();
    if (oldest === undefined || known.size <= MAX_FILES) return;
    known.delete(oldest);
    unwritten.delete(oldest);
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
      if (isTooLong(inventory)) {
        // Even to write it as text would take long.
        note(key, { digest: '', inventory });
        removeList(join(folder, key));
        return;
      }
      const text = JSON.stringify(inventory);
      const digest = digestOf(text);
      if (known.get(key)?.digest === digest && !unwritten.has(key)) return;
      note(key, { digest, inventory });
      if (writeList(folder, key, text, digest)) unwritten.delete(key);
      else unwritten.add(key);
    },
  };
}

/** The name of the server is left out: two servers that run the same have the same lists. */
function keyOf({ hash, values }: Unit): string {
  return `${VERSION}-${digestOf(`${hash} ${values ?? ''}`).slice(0, 32)}`;
}

function removeList(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The file of an earlier inventory stays; the next start shows it until the server has answered.
  }
}

function isTooLong({ tools, resources, templates, prompts }: Inventory): boolean {
  let length = 0;
  for (const list of [tools, resources, templates, prompts])
    for (const { json } of list) length += json.length;
  return length > MAX_BYTES;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Undefined if there is no such file, or its content does not fit its digest. Marks the file as used. */
function readList(path: string): KnownList | undefined {
  try {
    const file = readFileText(path, { maxBytes: MAX_FILE_BYTES, followLinks: false });
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

/** @returns false if it cannot be written: a full disk must not keep a server from serving */
function writeList(folder: string, key: string, text: string, digest: string): boolean {
  try {
    makeFolder(folder, 0o700);
    if (text.length > MAX_BYTES) rmSync(join(folder, key), { force: true });
    else writeWhole(join(folder, key), `${digest}\n${text}`);
    prune(folder);
    return true;
  } catch {
    return false;
  }
}

function prune(folder: string): void {
  const names = readdirSync(folder);
  if (names.length <= MAX_FILES) return;
  const files = names.map((name) => ({ name, usedAt: statSync(join(folder, name)).mtimeMs }));
  files.sort((a, b) => b.usedAt - a.usedAt);
  for (const { name } of files.slice(MAX_FILES)) rmSync(join(folder, name), { force: true });
}

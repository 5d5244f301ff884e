/** Small files of entries that Hive keeps from one run to the next, and can do without. */
import { rmSync } from 'node:fs';
import { MAX_STATE_BYTES } from '../files/limits.ts';
import { readFileText } from '../files/read-file.ts';
import { writeWhole } from './write-whole.ts';

export interface RecordFileOptions<Entry> {
  /** Readable by the user alone. Its folder must exist. */
  readonly path: string;
  /** Raised when the shape of entries changes: a file of another version counts as empty. */
  readonly version: number;
  /** The oldest entries are dropped beyond this number. */
  readonly maxEntries: number;
  /** Entries in the file that fail this check are dropped. */
  readonly isEntry: (value: unknown) => value is Entry;
}

/**
 * Entries by key. Each change is written at once, and the whole file with it. A file that cannot be read
 * counts as empty; a file that cannot be written is written at the next use.
 */
export interface RecordFile<Entry> {
  /** Keys, the oldest first. */
  keys(): readonly string[];
  get(key: string): Entry | undefined;
  /** Keeps an entry as the newest one. */
  set(key: string, entry: Entry): void;
  delete(key: string): void;
}

export function createRecordFile<Entry>(options: RecordFileOptions<Entry>): RecordFile<Entry> {
  const entries = new Map(readEntries(options));
  let isWritten = true;
  const write = (): void => {
    isWritten = writeEntries(options, entries);
  };
  return {
    keys: () => [...entries.keys()],
    get(key) {
      if (!isWritten) write();
      return entries.get(key);
    },
    set(key, entry) {
      entries.delete(key);
      entries.set(key, entry);
      for (const oldest of entries.keys()) if (entries.size > options.maxEntries) entries.delete(oldest);
      write();
    },
    delete(key) {
      if (entries.delete(key) || !isWritten) write();
    },
  };
}

const OWN_FILE = { maxBytes: MAX_STATE_BYTES, followLinks: false };

function readEntries<Entry>({
  path,
  version,
  maxEntries,
  isEntry,
}: RecordFileOptions<Entry>): [string, Entry][] {
  try {
    const read = JSON.parse(readFileText(path, OWN_FILE)) as { version?: unknown; entries?: unknown } | null;
    if (read?.version !== version) return [];
    const isValid = (pair: [string, unknown]): pair is [string, Entry] => isEntry(pair[1]);
    return Object.entries(Object(read.entries)).filter(isValid).slice(-maxEntries);
  } catch {
    return [];
  }
}

/** @returns false if there is no room: a full disk must not keep a server from serving */
function writeEntries(
  { path, version }: RecordFileOptions<unknown>,
  entries: ReadonlyMap<string, unknown>,
): boolean {
  try {
    if (entries.size === 0) rmSync(path, { force: true });
    else writeWhole(path, `${JSON.stringify({ version, entries: Object.fromEntries(entries) })}\n`);
    return true;
  } catch {
    return false;
  }
}

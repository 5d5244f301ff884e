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
 * counts as empty; a file that cannot be written costs the next run what this one knows.
 */
export interface RecordFile<Entry> {
  get(key: string): Entry | undefined;
  /** Keeps an entry as the newest one. */
  set(key: string, entry: Entry): void;
  delete(key: string): void;
}

export function createRecordFile<Entry>(options: RecordFileOptions<Entry>): RecordFile<Entry> {
  const entries = new Map(readEntries(options));
  return {
    get: (key) => entries.get(key),
    set(key, entry) {
      entries.delete(key);
      entries.set(key, entry);
      for (const oldest of entries.keys()) if (entries.size > options.maxEntries) entries.delete(oldest);
      writeEntries(options, entries);
    },
    delete(key) {
      if (entries.delete(key)) writeEntries(options, entries);
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

function writeEntries(
  { path, version }: RecordFileOptions<unknown>,
  entries: ReadonlyMap<string, unknown>,
): void {
  try {
    if (entries.size === 0) rmSync(path, { force: true });
    else writeWhole(path, `${JSON.stringify({ version, entries: Object.fromEntries(entries) })}\n`);
  } catch {
    // A full disk must not keep a server from serving.
  }
}

/** The catalogue that comes with Hive: two files, read when somebody asks for it, without a network. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { FileReader } from '../files/file-reader.ts';
import { isRecord } from '../model/collections/is-record.ts';
import type { Entry } from './entry/entry.ts';

export interface Catalogue {
  readonly entries: readonly Entry[];
  readonly sources: readonly Source[];
  /** Sources that could not be read, as sentences. The others count all the same. */
  readonly problems: readonly string[];
}

export interface Source {
  readonly name: string;
  readonly count: number;
  readonly repository?: string;
  readonly commit?: string;
}

const FILES = ['hive.json.br', 'docker.json.br'];
const MAX_FILE_BYTES = 1 << 20;
/** A small file may unpack to any size. */
const MAX_TEXT_BYTES = 16 << 20;

/** @param folder the `catalogue` folder of the installation */
export async function readShipped(folder: string, files: FileReader): Promise<Catalogue> {
  const read = await Promise.all(
    FILES.map(async (name) => {
      try {
        return decode(await files.bytes(join(folder, name), MAX_FILE_BYTES));
      } catch (error) {
        return `cannot read ${join(folder, name)}: ${(error as Error).message}`;
      }
    }),
  );
  const good = read.filter((it) => typeof it !== 'string');
  return {
    entries: good.flatMap(({ entries }) => entries),
    sources: good.map(({ entries, ...about }) => ({ ...about, count: entries.length })),
    problems: read.filter((it) => typeof it === 'string'),
  };
}

/**
 * Entries of a file that Hive's own script has made (scripts/catalogue): they were checked when it was made.
 * @throws Error with a sentence about the file
 */
export function decode(bytes: Buffer): Omit<Source, 'count'> & { entries: readonly Entry[] } {
  const data: unknown = JSON.parse(
    brotliDecompressSync(bytes, { maxOutputLength: MAX_TEXT_BYTES }).toString('utf8'),
  );
  if (!isRecord(data) || !Array.isArray(data.entries)) throw new Error('it holds no entries');
  const { source, repository, commit, sha256, entries } = data;
  if (createHash('sha256').update(JSON.stringify(entries)).digest('hex') !== sha256)
    throw new Error('it is damaged: its entries have another hash');
  return {
    name: String(source),
    ...(typeof repository === 'string' ? { repository } : {}),
    ...(typeof commit === 'string' ? { commit } : {}),
    entries: entries as Entry[],
  };
}

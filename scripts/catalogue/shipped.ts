/** The files of the shipped catalogue: how they are made from entries, and what they are made from. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { parse } from 'yaml';
import type { Entry } from '../../src/catalogue/entry/entry.ts';
import { readHive, type StartRecord } from '../../src/catalogue/formats/hive.ts';

export const FOLDER = join(import.meta.dirname, '../../catalogue');

/** Where the entries of a file come from. */
export interface Origin {
  readonly source: string;
  readonly repository?: string;
  readonly commit?: string;
}

/** The same entries give the same bytes. */
export function encode(origin: Origin, entries: readonly Entry[]): Buffer {
  const sha256 = createHash('sha256').update(JSON.stringify(entries)).digest('hex');
  const text = JSON.stringify({ ...origin, sha256, entries });
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
  return brotliCompressSync(text, { params });
}

/** @throws Error that names every entry which cannot be read */
export function hiveEntries(): Entry[] {
  const { entries, problems } = readHive(parse(readFileSync(join(FOLDER, 'hive.yaml'), 'utf8')), records());
  if (problems.length > 0) throw new Error(problems.map(({ id, reason }) => `${id} ${reason}`).join('\n'));
  return entries;
}

/** What starts have shown, by name of the entry. */
export function records(): Record<string, StartRecord> {
  return JSON.parse(readFileSync(join(FOLDER, 'verified.json'), 'utf8'));
}

export function keepRecords(kept: Readonly<Record<string, StartRecord>>): void {
  const sorted = Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1));
  // A line for each, so that a new record is a line in a diff.
  const lines = sorted.map(([name, record]) => `${JSON.stringify(name)}: ${JSON.stringify(record)}`);
  writeFileSync(join(FOLDER, 'verified.json'), `{\n${lines.join(',\n')}\n}\n`);
}

export function writeHive(): void {
  writeFileSync(join(FOLDER, 'hive.json.br'), encode({ source: 'hive' }, hiveEntries()));
}

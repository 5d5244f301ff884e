/** Reads the config file and the files that it includes, each entry with the place where it was written. */
import { dirname, resolve } from 'node:path';
import type { FileReader } from '../../files/file-reader.ts';
import { MAX_CONFIG_BYTES } from '../../files/limits.ts';
import { isRecord } from '../../model/collections/is-record.ts';
import { shortPath } from '../source/diagnostics.ts';
import { reasonOf } from '../source/read-failure.ts';
import type { Report } from '../source/report.ts';
import { type KeyPath, parseSource, type Source } from '../source/source.ts';
import { reportSyntax } from '../source/syntax.ts';
import { addServers, type RawServers, type RawStack, reportSettings, settingsOf } from './collect.ts';

/** Reads one file. Rejects with a FileFault, the file system's error, or if the file is not UTF-8. */
export async function readSource(path: string, files: FileReader): Promise<Source> {
  const bytes = await files.bytes(path, MAX_CONFIG_BYTES);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  return parseSource(path, text);
}

interface ReadStack {
  readonly raw: RawStack;
  /** Included files that were read or looked for, and folders in which a pattern may match a new file. */
  readonly watched: readonly string[];
}

/**
 * Reads all files that the main file includes, directly or through others. Never rejects: problems are
 * reported.
 */
export async function readIncludes(main: Source, report: Report, files: FileReader): Promise<ReadStack> {
  const reading: Reading = {
    main: main.path,
    files,
    report,
    servers: new Map(),
    watched: [],
    done: new Set(),
  };
  await addSource(reading, main, [main.path]);
  const raw = { main, settings: settingsOf(main), servers: [...reading.servers.values()] };
  return { raw, watched: reading.watched };
}

interface Reading {
  readonly main: string;
  readonly files: FileReader;
  readonly report: Report;
  readonly servers: RawServers;
  readonly watched: string[];
  /** Paths of the files that were read. */
  readonly done: Set<string>;
}

/** `chain` are the files that led here by including each other, this one last. */
async function addSource(reading: Reading, source: Source, chain: readonly string[]): Promise<void> {
  const { report, servers, main } = reading;
  reading.done.add(source.path);
  if (!reportSyntax(report, source) || !isRecord(source.data)) return;
  if (source.path !== main) reportSettings(report, source, source.data, main);
  addServers(servers, report, source, source.data);
  for (const include of includesOf(source.data)) await readInclude(reading, source, chain, include);
}

interface Include {
  /** A path or a glob pattern, as it was written. */
  readonly entry: string;
  readonly keyPath: KeyPath;
}

function includesOf({ include }: Readonly<Record<string, unknown>>): Include[] {
  const entries: readonly unknown[] = Array.isArray(include) ? include : [include];
  return entries.flatMap((entry, index) => {
    const keyPath = Array.isArray(include) ? ['include', index] : ['include'];
    return typeof entry === 'string' ? [{ entry, keyPath }] : [];
  });
}

async function readInclude(
  reading: Reading,
  source: Source,
  chain: readonly string[],
  { entry, keyPath }: Include,
): Promise<void> {
  const flag = (message: string, hint: string) => reading.report.at(source, keyPath, { message, hint });
  for (const path of await includedFiles(reading, source, entry, flag)) {
    if (chain.includes(path)) {
      // A pattern may match the file that it stands in.
      if (!isPattern(entry))
        flag(`files include each other: ${cycleText(reading, chain, path)}`, 'remove this include');
      continue;
    }
    if (reading.done.has(path)) continue;
    reading.watched.push(path);
    try {
      await addSource(reading, await readSource(path, reading.files), [...chain, path]);
    } catch (thrown) {
      const hint = 'correct the path: it is relative to this file';
      flag(`cannot read the included file ${entry}: ${reasonOf(thrown)}`, hint);
    }
  }
}

function cycleText({ main }: Reading, chain: readonly string[], path: string): string {
  const cycle = [...chain.slice(chain.indexOf(path)), path];
  return cycle.map((step) => shortPath(step, dirname(main))).join(' -> ');
}

const WILDCARD = /[*?[{]/;

function isPattern(entry: string): boolean {
  return WILDCARD.test(entry);
}

/**
 * Absolute paths, sorted. The folder in which a pattern begins is watched, since a new file there may match.
 */
async function includedFiles(
  reading: Reading,
  source: Source,
  entry: string,
  flag: (message: string, hint: string) => void,
): Promise<string[]> {
  const folder = dirname(source.path);
  if (!isPattern(entry)) return [resolve(folder, entry)];
  const parents = entry.split('/').slice(0, -1);
  const wild = parents.findIndex((part) => WILDCARD.test(part));
  reading.watched.push(resolve(folder, ...(wild === -1 ? parents : parents.slice(0, wild))));
  try {
    const found = await reading.files.matches(entry, folder);
    return found.map((path) => resolve(folder, path)).sort();
  } catch (thrown) {
    flag(`cannot look for the included files ${entry}: ${reasonOf(thrown)}`, 'name a folder in the pattern');
    return [];
  }
}

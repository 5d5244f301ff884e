/** Files to raw entries: the named file and everything it includes, each entry with the place it was written. */
import { glob, readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { stackSchema } from '../schema/stack.ts';
import { ConfigError, type Report, shortPath } from '../source/diagnostics.ts';
import { similar } from '../source/similar.ts';
import { isRecord, type KeyPath, locate, parseSource, type Source } from '../source/source.ts';
import { reportSyntax } from '../source/syntax.ts';

export interface RawServer {
  readonly serverName: string;
  readonly data: unknown;
  readonly source: Source;
  /** Where the entry stands in its source: `servers.NAME` or `mcpServers.NAME`. */
  readonly keyPath: KeyPath;
}

export interface RawStack {
  readonly main: Source;
  /** Top-level keys but the servers. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly servers: readonly RawServer[];
  /** Files read or looked for, and the folders that include patterns look into. */
  readonly watched: Set<string>;
}

interface Reading {
  readonly main: string;
  readonly servers: Map<string, RawServer>;
  readonly watched: Set<string>;
  readonly done: Set<string>;
  readonly report: Report;
}

/** Reads the file and its includes. Throws only when the file itself cannot be read; everything else is reported. */
export async function readStack(file: string, watched: Set<string>, report: Report): Promise<RawStack> {
  watched.add(file);
  const text = await readText(file).catch((thrown: unknown) => {
    throw notReadable(file, thrown, watched);
  });
  const main = parseSource(file, text);
  const reading = {
    main: file,
    servers: new Map<string, RawServer>(),
    watched,
    done: new Set<string>(),
    report,
  };
  await readSource(reading, main, [file]);
  const data = isRecord(main.data) ? main.data : {};
  const settings = Object.fromEntries(Object.entries(data).filter(([key]) => !SERVER_KEYS.has(key)));
  return { main, settings, servers: [...reading.servers.values()], watched };
}

const SERVER_KEYS = new Set(['servers', 'mcpServers']);
const INCLUDED_KEYS = new Set([...SERVER_KEYS, 'include', '$schema']);

async function readSource(reading: Reading, source: Source, chain: readonly string[]): Promise<void> {
  reading.done.add(source.path);
  if (!reportSyntax(reading.report, source) || !isRecord(source.data)) return;
  if (source.path !== reading.main) reportSettings(reading, source, source.data);
  for (const key of SERVER_KEYS) addServers(reading, source, key, source.data[key]);
  const includes = [source.data.include ?? []].flat();
  for (const [index, entry] of includes.entries()) {
    if (typeof entry !== 'string') continue;
    const keyPath = Array.isArray(source.data.include) ? ['include', index] : ['include'];
    await readInclude(reading, source, { entry, keyPath, chain });
  }
}

interface Include {
  readonly entry: string;
  readonly keyPath: KeyPath;
  readonly chain: readonly string[];
}

async function readInclude(
  reading: Reading,
  source: Source,
  { entry, keyPath, chain }: Include,
): Promise<void> {
  const report = (message: string, hint: string) =>
    reading.report({ source, mark: locate(source, keyPath), keyPath, message, hint });
  const isPattern = /[*?[{]/.test(entry);
  for (const path of await includedFiles(reading, source, entry, isPattern)) {
    if (chain.includes(path)) {
      const steps = [...chain.slice(chain.indexOf(path)), path].map((step) =>
        shortPath(step, dirname(reading.main)),
      );
      if (!isPattern) report(`files include each other: ${steps.join(' -> ')}`, 'remove this include');
      continue;
    }
    if (reading.done.has(path)) continue;
    reading.watched.add(path);
    try {
      await readSource(reading, parseSource(path, await readText(path)), [...chain, path]);
    } catch (thrown) {
      report(
        `cannot read the included file ${entry}: ${reasonOf(thrown)}`,
        'correct the path: it is relative to this file',
      );
    }
  }
}

async function includedFiles(
  reading: Reading,
  source: Source,
  entry: string,
  isPattern: boolean,
): Promise<string[]> {
  const folder = dirname(source.path);
  if (!isPattern) return [resolve(folder, entry)];
  const fixed = entry.split('/').slice(0, -1);
  const wild = fixed.findIndex((part) => /[*?[{]/.test(part));
  reading.watched.add(resolve(folder, ...(wild === -1 ? fixed : fixed.slice(0, wild))));
  const found: string[] = [];
  for await (const path of glob(entry, { cwd: folder })) found.push(resolve(folder, path));
  return found.sort();
}

/** What only the main file may say. Unknown keys of the main file itself are found by the schema. */
function reportSettings(reading: Reading, source: Source, data: Record<string, unknown>): void {
  const known = Object.keys(stackSchema.shape);
  for (const key of Object.keys(data).filter((key) => !INCLUDED_KEYS.has(key))) {
    const finding = { source, mark: locate(source, [key], 'key'), keyPath: [key] };
    const main = shortPath(reading.main, dirname(source.path));
    const near = similar(key, [...INCLUDED_KEYS]);
    if (known.includes(key))
      reading.report({
        ...finding,
        message: `"${key}" cannot be set in an included file`,
        hint: `move it to ${main}`,
      });
    else
      reading.report({
        ...finding,
        message: `unknown key "${key}" in an included file`,
        hint: near ? `did you mean "${near}"?` : 'an included file holds `servers` only',
      });
  }
}

function addServers(reading: Reading, source: Source, key: string, servers: unknown): void {
  if (servers === undefined) return;
  if (!isRecord(servers)) {
    const message = `"${key}" must hold server names, each with its entry below`;
    const hint =
      servers === null ? `write \`${key}: {}\` when you mean none` : `write ${key}: { NAME: { command: … } }`;
    reading.report({ source, mark: locate(source, [key], 'key'), keyPath: [key], message, hint });
    return;
  }
  for (const [serverName, data] of Object.entries(servers))
    addServer(reading, { serverName, data, source, keyPath: [key, serverName] });
}

function addServer(reading: Reading, server: RawServer): void {
  const { serverName, source, keyPath } = server;
  const first = reading.servers.get(serverName);
  if (first === undefined) {
    reading.servers.set(serverName, server);
    return;
  }
  const { line } = locate(first.source, first.keyPath, 'key');
  const where =
    first.source.path === source.path
      ? `line ${line}`
      : `${relative(dirname(source.path), first.source.path)}:${line}`;
  const mark = locate(source, keyPath, 'key');
  const message = `server "${serverName}" is declared twice: here and at ${where}`;
  reading.report({ source, mark, keyPath, message, hint: 'rename or remove one of them' });
}

async function readText(path: string): Promise<string> {
  return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
}

function notReadable(file: string, thrown: unknown, watched: ReadonlySet<string>): ConfigError {
  const missing = hasCode(thrown, 'ENOENT') || hasCode(thrown, 'ENOTDIR');
  const message = `cannot read the config file: ${reasonOf(thrown)}`;
  const hint = missing ? 'name the file with -c FILE' : 'the config must be a readable UTF-8 text file';
  const place = { path: file, line: 1 };
  const problem = { message, hint, place, keyPath: '', column: 1, snippet: '', length: 1 };
  const code = missing ? 'CONFIG_NOT_FOUND' : 'CONFIG_INVALID';
  return new ConfigError(code, message, { problems: [problem], watched: [...watched] });
}

/** Why a file could not be read, in words. */
export function reasonOf(thrown: unknown): string {
  if (hasCode(thrown, 'ENOENT') || hasCode(thrown, 'ENOTDIR')) return 'there is no such file';
  if (hasCode(thrown, 'EISDIR')) return 'it is a folder';
  if (hasCode(thrown, 'EACCES')) return 'permission denied';
  if (hasCode(thrown, 'ERR_ENCODING_INVALID_ENCODED_DATA')) return 'it is not UTF-8 text';
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function hasCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}

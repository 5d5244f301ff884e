/**
 * Collects the entries of one file after another; reports names declared twice and settings in included
 * files.
 */
import { dirname, relative } from 'node:path';
import { isRecord } from '../../model/collections/is-record.ts';
import { stackSchema } from '../schema/stack.ts';
import { shortPath } from '../source/diagnostics.ts';
import { locate } from '../source/locate.ts';
import type { Report } from '../source/report.ts';
import { similar } from '../source/similar.ts';
import type { KeyPath, Source } from '../source/source.ts';

export interface RawServer {
  readonly serverName: string;
  readonly data: unknown;
  readonly source: Source;
  /** Where the entry stands in its source: `servers.NAME` or `mcpServers.NAME`. */
  readonly keyPath: KeyPath;
  /** Set for an entry that was added at run time. */
  readonly isAdded?: true;
}

export interface RawStack {
  readonly main: Source;
  /** Top-level keys without the servers. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly servers: readonly RawServer[];
  /** Names of added servers that do not count now; `unknown` if the file of their entries is damaged. */
  readonly absent?: readonly string[] | 'unknown';
}

/** Entries by server name, in the order of the files. */
export type RawServers = Map<string, RawServer>;

type Data = Readonly<Record<string, unknown>>;

const SERVER_KEYS: readonly string[] = ['servers', 'mcpServers'];
const INCLUDED_KEYS: readonly string[] = [...SERVER_KEYS, 'include', '$schema'];

/** Keys that hold templates for anchors, as in Compose files. Nothing reads them. */
const isExtension = (key: string): boolean => key.startsWith('x-');

/** The top-level keys of the main file without the servers and extensions. */
export function settingsOf({ data }: Source): Data {
  const entries = isRecord(data) ? Object.entries(data) : [];
  return Object.fromEntries(entries.filter(([key]) => !SERVER_KEYS.includes(key) && !isExtension(key)));
}

/**
 * Reports keys that only the main file may have. Unknown keys of the main file itself are found by the
 * schema.
 */
export function reportSettings(report: Report, source: Source, data: Data, mainFile: string): void {
  const known = Object.keys(stackSchema.shape);
  const others = Object.keys(data).filter((key) => !INCLUDED_KEYS.includes(key) && !isExtension(key));
  for (const key of others) {
    const near = similar(key, INCLUDED_KEYS);
    if (known.includes(key))
      report.at(source, [key], {
        of: 'key',
        message: `"${key}" cannot be set in an included file`,
        hint: `move it to ${shortPath(mainFile, dirname(source.path))}`,
      });
    else
      report.at(source, [key], {
        of: 'key',
        message: `unknown key "${key}" in an included file`,
        hint: near ? `did you mean "${near}"?` : 'an included file holds `servers` only',
      });
  }
}

/** Adds the entries of a file; the first entry of a name counts. */
export function addServers(servers: RawServers, report: Report, source: Source, data: Data): void {
  for (const key of SERVER_KEYS) {
    const entries = data[key];
    if (entries === undefined) continue;
    if (!isRecord(entries)) {
      reportNoMap(report, source, key, entries);
      continue;
    }
    for (const [serverName, entry] of Object.entries(entries))
      addServer(servers, report, { serverName, data: entry, source, keyPath: [key, serverName] });
  }
}

function reportNoMap(report: Report, source: Source, key: string, entries: unknown): void {
  const message = `"${key}" must hold server names, each with its entry below`;
  const hint = entries === null ? `write \`${key}: {}\` for none` : `write ${key}: { NAME: { command: … } }`;
  report.at(source, [key], { of: 'key', message, hint });
}

function addServer(servers: RawServers, report: Report, server: RawServer): void {
  const { serverName, source, keyPath } = server;
  const first = servers.get(serverName);
  if (first === undefined) {
    servers.set(serverName, server);
    return;
  }
  const { line } = locate(first.source, first.keyPath, 'key');
  const where =
    first.source.path === source.path
      ? `line ${line}`
      : `${relative(dirname(source.path), first.source.path)}:${line}`;
  const message = `server "${serverName}" is declared twice: here and at ${where}`;
  report.at(source, keyPath, { of: 'key', message, hint: 'rename or remove one of them' });
}

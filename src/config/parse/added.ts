/** Entries that were added at run time: beside those of the user's file, and never before them. */
import { relative } from 'node:path';
import { isRecord } from '../../model/collections/is-record.ts';
import type { WaitingServer } from '../../model/stack.ts';
import { shellWord } from '../../model/text/commands.ts';
import { locate, placeOf } from '../source/locate.ts';
import { parseSource } from '../source/source.ts';
import type { RawServer, RawStack } from './collect.ts';

/** The text of `added.yaml`, as its reader found it. */
export interface AddedText {
  /** Absolute. */
  readonly path: string;
  /** Empty if there is no such file. */
  readonly text: string;
  /** Why the file could not be read, in words. */
  readonly damage?: string | undefined;
}

export interface AddedEntries {
  readonly path: string;
  readonly servers: readonly RawServer[];
  /** Set aside, because their names are declared or because of their problems. */
  readonly waiting: readonly WaitingServer[];
  /** Why no entry of the file counts; absent for a good file. */
  readonly damage?: string | undefined;
}

const NONE: AddedEntries = { path: '', servers: [], waiting: [] };

/**
 * Reads the entries. A damaged file has none.
 * @param folder of the user's file, in which relative paths begin
 */
export function parseAdded(added: AddedText | undefined, folder: string): AddedEntries {
  if (added === undefined) return NONE;
  const { path, text, damage } = added;
  if (damage !== undefined) return { ...NONE, path, damage };
  if (text === '') return { ...NONE, path };
  const source = parseSource(path, text, folder);
  const { data, errors } = source;
  if (errors[0])
    return { ...NONE, path, damage: `it is not valid YAML: ${errors[0].message.split('\n')[0]}` };
  const { servers } = isRecord(data) ? data : {};
  if (!isRecord(servers)) return { ...NONE, path, damage: 'it has no `servers`' };
  const entries = Object.entries(servers).map(
    ([serverName, entry]): RawServer => ({
      serverName,
      data: entry,
      source,
      keyPath: ['servers', serverName],
      isAdded: true,
    }),
  );
  return { ...NONE, path, servers: entries };
}

/** The stack with the added entries last. A name that the user's file declares is that of its entry. */
export function withAdded(
  declared: RawStack,
  { servers, waiting, damage }: AddedEntries,
): { readonly raw: RawStack; readonly waiting: readonly WaitingServer[] } {
  const byName = new Map(declared.servers.map((server) => [server.serverName, server]));
  const shadowed = servers.flatMap((server) => {
    const other = byName.get(server.serverName);
    return other ? [shadowedBy(server, other, declared.main.folder)] : [];
  });
  const free = servers.filter(({ serverName }) => !byName.has(serverName));
  const all = [...waiting, ...shadowed].sort((a, b) => (a.serverName < b.serverName ? -1 : 1));
  const absent = damage === undefined ? all.map(({ serverName }) => serverName) : 'unknown';
  return { raw: { ...declared, servers: [...declared.servers, ...free], absent }, waiting: all };
}

function shadowedBy(server: RawServer, other: RawServer, folder: string): WaitingServer {
  const { serverName, source, keyPath } = server;
  const { line } = locate(other.source, other.keyPath, 'key');
  return {
    serverName,
    reason: `${relative(folder, other.source.path)}:${line} declares it, which counts; it was added as well`,
    hint: `forget what was added: npx hive remove ${shellWord(serverName)}`,
    place: placeOf(source, keyPath),
  };
}

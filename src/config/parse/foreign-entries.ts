/**
 * Reads entries that were written for other clients: those of JSON files, and those under `mcpServers`.
 * Entries under `servers` in YAML are Hive's own, and are checked as they stand.
 */

import { isRecord } from '../../model/collections/is-record.ts';
import type { Values } from '../../model/references.ts';
import { SERVER_NAME } from '../../model/text/grammar.ts';
import { inputsOf } from '../foreign/keys.ts';
import { freeName } from '../foreign/names.ts';
import { type Understood, understandEntry } from '../foreign/understand.ts';
import { SETTING_HINTS } from '../schema/key-hints.ts';
import { stackSchema } from '../schema/stack.ts';
import { similar } from '../source/similar.ts';
import { isJson, type KeyPath, type Source } from '../source/source.ts';
import type { RawServer, RawStack } from './collect.ts';

/** Something that was read otherwise than it is written. */
export interface ForeignNote {
  readonly source: Source;
  readonly keyPath: KeyPath;
  /** A sentence. */
  readonly message: string;
}

/** The stack in Hive's words, and what the person should know of it. */
export function understandForeign(
  raw: RawStack,
  values: Values,
): { readonly raw: RawStack; readonly notes: readonly ForeignNote[] } {
  const notes: ForeignNote[] = [];
  const names = new Set(raw.servers.map(({ serverName }) => serverName));
  const servers = raw.servers.map((server) =>
    isForeign(server) ? understandServer(server, names, values, notes) : server,
  );
  return { raw: { ...raw, settings: ownSettings(raw, notes), servers }, notes };
}

const isForeign = ({ source, keyPath }: RawServer): boolean =>
  isJson(source.path) || keyPath[0] === 'mcpServers';

function understandServer(
  server: RawServer,
  names: Set<string>,
  values: Values,
  notes: ForeignNote[],
): RawServer {
  const { source, keyPath, data } = server;
  const serverName = goodName(server.serverName, names);
  const note = (message: string) => notes.push({ source, keyPath, message });
  if (serverName !== server.serverName) note(`server "${server.serverName}" is served as "${serverName}"`);
  if (!isRecord(data)) return { ...server, serverName };
  const inputs = inputsOf(isRecord(source.data) ? source.data.inputs : undefined);
  const home = values.HOME ?? values.USERPROFILE ?? '~';
  const understood = understandEntry(data, { path: source.path, home, inputs, dollars: 'kept' });
  for (const text of understood.notes) note(`server "${serverName}": ${text}`);
  return { ...server, serverName, data: withoutUndefined(understood) };
}

function goodName(name: string, names: Set<string>): string {
  if (SERVER_NAME.test(name)) return name;
  const better = freeName(name, names);
  names.add(better);
  return better;
}

const withoutUndefined = ({ data }: Understood): Record<string, unknown> =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));

/** Other keys of a client's file are about the client. A key that resembles one of Hive's is a mistake. */
function ownSettings({ main, settings }: RawStack, notes: ForeignNote[]): RawStack['settings'] {
  if (!isJson(main.path)) return settings;
  const known = Object.keys(stackSchema.shape);
  const isOwn = (key: string) =>
    known.includes(key) || Object.hasOwn(SETTING_HINTS, key) || similar(key, known) !== undefined;
  const others = Object.keys(settings).filter((key) => !isOwn(key));
  const told = others.filter((key) => key !== 'inputs');
  const [first] = told;
  const message = `left out, since only the client acts on it: ${told.join(', ')}`;
  if (first !== undefined) notes.push({ source: main, keyPath: [first], message });
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !others.includes(key)));
}

/** Turns the servers of foreign files into entries of a stack file, lines of `.env`, and notes. */

import type { Keys, Tell } from '../config/foreign/keys.ts';
import { freeName, suggestedName } from '../config/foreign/names.ts';
import { projectFolder, type Surroundings, translateReferences } from '../config/foreign/references.ts';
import { isRecord } from '../model/collections/is-record.ts';
import { sortedJson } from '../model/collections/sorted-json.ts';
import { withoutEmpty, withoutRemoteBridge, withoutWindowsShell } from './entry/commands.ts';
import { commonKeys } from './entry/common-keys.ts';
import { dockerRunToContainer } from './entry/docker-run.ts';
import { rebasePaths } from './entry/rebase.ts';
import { withoutSecrets } from './entry/secrets.ts';
import type { ForeignFile, ForeignServer } from './foreign/foreign.ts';

export interface Note {
  /** Undefined: about the file. */
  readonly serverName?: string;
  readonly text: string;
}

export interface Imported {
  readonly servers: ReadonlyMap<string, Keys>;
  /** Path of the file that each server is from, by its name. */
  readonly origins: ReadonlyMap<string, string>;
  /** Values that were literal in the files, for `.env`. */
  readonly variables: ReadonlyMap<string, string>;
  readonly notes: readonly Note[];
}

/** One file that was read, with the facts that its references stand for. */
export interface Part {
  readonly file: ForeignFile;
  readonly path: string;
  readonly home: string;
  /** Absolute path of the folder in which the stack file is to stand. */
  readonly target: string;
  /** True for a file of the user, which belongs to no project. */
  readonly isOfUser?: boolean;
}

/** Keys of an entry in the order in which people read them. */
const ORDER = [
  'enabled',
  'image',
  'dockerfile',
  'build',
  'transport',
  'port',
  'path',
  'entrypoint',
  'command',
  'args',
  'url',
  'headers',
  'env',
  'envFile',
  'workdir',
  'volumes',
  'ports',
  'network',
  'tools',
  'timeouts',
];

/** The stack file to which entries are added, as it is. */
export interface Target {
  /** As it is typed. */
  readonly shown: string;
  readonly entries: ReadonlyMap<string, unknown>;
  /** Those of `.env` beside it. */
  readonly variables: ReadonlyMap<string, string>;
}

/** For entries that are only printed. */
export const NO_TARGET: Target = { shown: '', entries: new Map(), variables: new Map() };

/** Converts all files. A server that stands in two files alike, or in the target, is imported once. */
export function convert(parts: readonly Part[], taken: Target): Imported {
  const entries = [...taken.entries];
  const added: Added = {
    taken,
    servers: new Map(),
    origins: new Map(),
    byContent: new Map(entries.map(([name, entry]) => [sortedJson(entry), name])),
    notes: [],
  };
  const variables = new Map<string, string>();
  const names = new Set(taken.entries.keys());
  const keep = keeper(taken.variables, variables);
  for (const part of parts) {
    for (const text of part.file.notes ?? []) added.notes.push({ text: `${part.path}: ${text}` });
    for (const server of part.file.servers) add(server, part, keep, names, added);
  }
  return { servers: added.servers, origins: added.origins, variables, notes: added.notes };
}

interface Added {
  readonly taken: Target;
  readonly servers: Map<string, Keys>;
  readonly origins: Map<string, string>;
  /** Server names by the text of their entries. */
  readonly byContent: Map<string, string>;
  readonly notes: Note[];
}

function add(
  server: ForeignServer,
  part: Part,
  keep: Keep,
  names: Set<string>,
  { taken, servers, origins, byContent, notes }: Added,
): void {
  const { file, path, target } = part;
  const said: string[] = [];
  const around = surroundings(server, part);
  const converted = convertServer(server, file, around, keep, (note) => said.push(note));
  if (!isComplete(converted)) {
    const text =
      server.keys.source === 'extension'
        ? 'left out: an extension of the editor starts it; write its command or url yourself'
        : 'left out: the file does not say how to start or reach it';
    notes.push({ serverName: server.name, text });
    return;
  }
  const entry = rebasePaths(converted, projectFolder(path), target);
  const content = sortedJson(entry);
  const twin = byContent.get(content);
  if (twin !== undefined) {
    const text = servers.has(twin)
      ? `stands in ${path} as well: imported once`
      : `stands in ${taken.shown} already: skipped`;
    notes.push({ serverName: twin, text });
    return;
  }
  const name = freeName(server.name, names);
  const wanted = suggestedName(server.name);
  if (name !== wanted && taken.entries.has(wanted))
    said.push(`${taken.shown} has another "${wanted}", so this one is "${name}": keep one of them`);
  names.add(name);
  servers.set(name, entry);
  origins.set(name, path);
  byContent.set(content, name);
  if (name !== server.name) said.unshift(`was called ${JSON.stringify(server.name)}`);
  notes.push(...[...new Set(said)].map((text) => ({ serverName: name, text })));
}

function surroundings({ project }: ForeignServer, part: Part): Surroundings {
  const { file, path, home, target, isOfUser = false } = part;
  return {
    path,
    home,
    inputs: file.inputs ?? [],
    dollars: 'doubled',
    workspace: project ?? (isOfUser ? target : undefined),
    isWorkspaceGuessed: isOfUser && project === undefined,
  };
}

function convertServer(
  server: ForeignServer,
  file: ForeignFile,
  around: Surroundings,
  keep: Keep,
  tell: Tell,
): Keys {
  const common = translateReferences(commonKeys(server.keys, tell), around, tell);
  const { timeout, ...run } = withoutRemoteBridge(
    dockerRunToContainer(withoutWindowsShell(common, tell), tell),
  );
  const safe = withoutSecrets(server.name, withTimeout(run, timeout, file), (name, value) => {
    const kept = keep(name, value);
    tell(`\${${kept}} stands for a secret that is literal in the file`);
    return kept;
  });
  return inOrder(withoutEmpty(withoutForeignKeys(safe)));
}

function isComplete(entry: Keys): boolean {
  return ['command', 'url', 'image', 'dockerfile', 'build'].some((key) => entry[key] !== undefined);
}

/** Arguments of an image are its command. */
function withoutForeignKeys(keys: Keys): Keys {
  const { allow: _, deny: __, ...entry } = keys;
  if ('url' in entry && !('image' in entry)) {
    const { command: ___, args: ____, env: _____, envFile: ______, workdir: _______, ...remote } = entry;
    return remote;
  }
  if (!('image' in entry) || entry.command !== undefined || !Array.isArray(entry.args)) return entry;
  const { args, ...container } = entry;
  return { ...container, command: args };
}

function withTimeout(keys: Keys, timeout: unknown, { timeoutUnit }: ForeignFile): Keys {
  const number =
    typeof timeout === 'number' || (typeof timeout === 'string' && /^\d+$/.test(timeout))
      ? Number(timeout)
      : undefined;
  if (!number) return keys;
  const unit = timeoutUnit ?? (number >= 1000 ? 'ms' : 's');
  const call = unit === 'ms' && number % 1000 === 0 ? `${number / 1000}s` : `${number}${unit}`;
  const timeouts = isRecord(keys.timeouts) ? keys.timeouts : {};
  return { ...keys, timeouts: { ...timeouts, call } };
}

function inOrder(keys: Keys): Keys {
  const rank = (key: string) => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length);
  return Object.fromEntries(Object.entries(keys).sort(([a], [b]) => rank(a) - rank(b)));
}

type Keep = (name: string, value: string) => string;

/** Finds a free name for each value; a value that has a name already keeps it. */
function keeper(existing: ReadonlyMap<string, string>, added: Map<string, string>): Keep {
  return (wanted, value) => {
    for (let number = 1; ; number++) {
      const name = number === 1 ? wanted : `${wanted}_${number}`;
      const present = existing.get(name) ?? added.get(name);
      if (present === undefined) added.set(name, value);
      if (present === undefined || present === value) return name;
    }
  };
}

/** `added.yaml` in the state of a stack: the servers that were added at run time. */
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { AddedText } from '../config/parse/added.ts';
import { isMissing, reasonOf } from '../config/source/read-failure.ts';
import { parseSource } from '../config/source/source.ts';
import { readFileText } from '../files/read-file.ts';
import type { AddedFacts, AddedServer } from '../model/added/added.ts';
import { defined } from '../model/collections/defined.ts';
import { isRecord } from '../model/collections/is-record.ts';
import { stateDirOf } from '../runtime/memory/state-dir.ts';

/** Larger files are damaged: Hive writes none. */
export const MAX_ADDED_BYTES = 1 << 19;

/** An added server as the file has it. */
export interface AddedRecord extends AddedServer {
  /** Set until the server has been ready once, or its change. */
  readonly unproven?: Unproven | undefined;
}

/** What is done if the server fails to start. */
export interface Unproven {
  /** What was desired before; absent for a new server. */
  readonly before?: AddedServer | undefined;
  /** Volumes that did not exist before, by their names on the engine. */
  readonly volumes: readonly string[];
}

export const addedPath = (stateFolder: string): string => join(stateFolder, 'added.yaml');

/** What was added to the stack of this config file. Never throws. */
export const readAddedOf = (configFile: string): AddedText => readAdded(stateDirOf(resolve(configFile)));

/** Reads the file. Never throws: a file that cannot be read is damaged. */
export function readAdded(stateFolder: string): AddedText {
  const path = addedPath(stateFolder);
  try {
    return { path, text: readFileText(path, { maxBytes: MAX_ADDED_BYTES, followLinks: false }) };
  } catch (thrown) {
    return isMissing(thrown) ? { path, text: '' } : { path, text: '', damage: reasonOf(thrown) };
  }
}

/** The servers of the file, in its order; none of a damaged one. */
export function parseRecords({ path, text, damage }: AddedText): AddedRecord[] {
  if (damage !== undefined || text === '') return [];
  const { data } = parseSource(path, text);
  const { servers, 'x-added': all } = isRecord(data) ? data : {};
  const facts = isRecord(all) ? all : {};
  return Object.entries(isRecord(servers) ? servers : {}).map(([serverName, entry]) => ({
    serverName,
    entry: isRecord(entry) ? entry : {},
    ...proofOf(serverName, facts[serverName]),
  }));
}

function proofOf(serverName: string, data: unknown): Omit<AddedRecord, 'serverName' | 'entry'> {
  const { unproven } = isRecord(data) ? data : {};
  if (!isRecord(unproven)) return { facts: factsOf(data) };
  const { before, volumes } = unproven;
  const old = isRecord(before) && isRecord(before.entry) ? before.entry : undefined;
  return {
    facts: factsOf(data),
    unproven: {
      ...defined({ before: old && { serverName, entry: old, facts: factsOf(Object(before).facts) } }),
      volumes: Array.isArray(volumes) ? volumes.map(String) : [],
    },
  };
}

function factsOf(data: unknown): AddedFacts {
  const { source, sha256, parameters, by, since } = isRecord(data) ? data : {};
  return {
    source: text(source),
    ...defined({ sha256: typeof sha256 === 'string' ? sha256 : undefined }),
    parameters: isRecord(parameters) ? parameters : {},
    by: text(by),
    since: text(since),
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const HEADER = `# Servers that were added at run time. Hive writes this file; change them with its commands:
#   npx hive add ENTRY, npx hive remove NAME, npx hive registry save NAME (moves one into your own file)
`;

/** The text of the file; empty for no server. */
export function renderRecords(records: readonly AddedRecord[]): string {
  if (records.length === 0) return '';
  const servers = Object.fromEntries(records.map(({ serverName, entry }) => [serverName, entry]));
  const facts = Object.fromEntries(
    records.map(({ serverName, facts: { sha256, ...facts }, unproven }) => [
      serverName,
      { ...facts, ...defined({ sha256, unproven: unproven && renderUnproven(unproven) }) },
    ]),
  );
  const options = { aliasDuplicateObjects: false, lineWidth: 0 };
  return `${HEADER}${stringify({ servers, 'x-added': facts }, options)}`;
}

function renderUnproven({ before, volumes }: Unproven): Record<string, unknown> {
  return defined({ before: before && { entry: before.entry, facts: defined({ ...before.facts }) }, volumes });
}

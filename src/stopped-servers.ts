/** Servers that `hive stop` has stopped, until `hive start`, or until their entries are edited. */
import { stableHash } from './compile/hash.ts';
import type { Unit } from './model/compiled.ts';
import { createRecordFile, type RecordFile } from './store/record-file.ts';

/** More servers than any stack has; the oldest are forgotten beyond this number. */
const MAX_SERVERS = 4_096;

/** Entry of a discovered server: no file has one that could be edited. */
const NO_ENTRY = '';

export class StoppedServers {
  /** Identity of each server's entry by the server's name. */
  readonly #entries: RecordFile<string>;

  /** @param path of the file that keeps them from one gateway to the next */
  constructor(path: string) {
    const isEntry = (value: unknown): value is string => typeof value === 'string';
    this.#entries = createRecordFile({ path, version: 1, maxEntries: MAX_SERVERS, isEntry });
  }

  readonly has = (serverName: string): boolean => this.#entries.get(serverName) !== undefined;

  stop(unit: Unit): void {
    this.#entries.set(unit.server.serverName, identityOf(unit));
  }

  start(serverName: string): void {
    this.#entries.delete(serverName);
  }

  /** Names of the servers that would be stopped with these units of the file. */
  among(units: readonly Unit[]): ReadonlySet<string> {
    const declared = new Map(units.map((unit) => [unit.server.serverName, unit]));
    return new Set(this.#entries.keys().filter((name) => this.#holds(name, declared.get(name))));
  }

  /** Forgets servers whose entries have been edited or removed. Returns the names of the others. */
  follow(units: readonly Unit[]): ReadonlySet<string> {
    const kept = this.among(units);
    for (const name of this.#entries.keys()) if (!kept.has(name)) this.#entries.delete(name);
    return kept;
  }

  #holds(serverName: string, unit: Unit | undefined): boolean {
    return this.#entries.get(serverName) === (unit ? identityOf(unit) : NO_ENTRY);
  }
}

/** Covers what the entry says, and neither its place in the file nor the content of files that it names. */
function identityOf({ server }: Unit): string {
  if (server.type === 'discovered') return NO_ENTRY;
  const { place: _, origin: _origin, unset: _unset, ...entry } = server;
  if (entry.type !== 'container' || !entry.build) return stableHash(entry);
  const { digest: _digest, parts: _parts, ...build } = entry.build;
  return stableHash({ ...entry, build });
}

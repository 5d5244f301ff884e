/** Remembers what Hive wrote into clients' files, and the content that each had before. */
import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_CLIENT_BYTES } from '../../files/limits.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { readFileBytes } from '../../files/read-file.ts';
import { type StateDir, stateError } from '../../runtime/memory/state-dir.ts';
import { createRecordFile, type RecordFile } from '../../store/record-file.ts';
import { writeOnce } from '../../store/write-once.ts';

/** One entry in one file. */
export interface Written {
  readonly path: string;
  /** Name of the entry. */
  readonly name: string;
  /** Digest of the file before; undefined if there was none. */
  readonly before?: string;
  /** Digest of the file that Hive has left. */
  readonly after: string;
}

/** Backups of one file; older ones are deleted. */
const MAX_BACKUPS = 5;
const MAX_WRITTEN = 500;

export class Backups {
  readonly #folder: string;
  readonly #records: RecordFile<Written>;

  constructor(state: Pick<StateDir, 'path'>) {
    this.#folder = join(state.path, 'clients');
    const path = join(state.path, 'clients.json');
    this.#records = createRecordFile({ path, version: 1, maxEntries: MAX_WRITTEN, isEntry: isWritten });
  }

  /** True if Hive has written no entry that is still there for all it knows. */
  get isEmpty(): boolean {
    return this.#records.keys().length === 0;
  }

  /** Names of the entries that Hive has written into a file. */
  namesIn(path: string): ReadonlySet<string> {
    const records = this.#records.keys().map((key) => this.#records.get(key));
    return new Set(records.flatMap((it) => (it?.path === path ? [it.name] : [])));
  }

  get(path: string, name: string): Written | undefined {
    return this.#records.get(keyOf(path, name));
  }

  forget(path: string, name: string): void {
    this.#records.delete(keyOf(path, name));
  }

  /**
   * Keeps the content before a change. Where Hive changes its own entry again, the first content is what an
   * undo restores.
   * @throws GatewayError STATE_FAILED if the content cannot be kept
   */
  keep(path: string, before: Buffer | undefined): void {
    if (before === undefined) return;
    const file = this.#fileOf(path, digestOf(before));
    try {
      makeFolder(this.#folder, 0o700);
      writeOnce(file, before);
    } catch (thrown) {
      throw stateError(this.#folder, thrown);
    }
    this.#dropOld(path);
  }

  remember(path: string, name: string, before: Buffer | undefined, after: Buffer): void {
    const earlier = this.get(path, name);
    const isOwnAgain = before !== undefined && earlier?.after === digestOf(before);
    const first = isOwnAgain ? earlier.before : before && digestOf(before);
    const written = { path, name, after: digestOf(after), ...(first === undefined ? {} : { before: first }) };
    this.#records.set(keyOf(path, name), written);
  }

  /**
   * The bytes before the entry came, if the file is as Hive has left it: `absent` if there was no file,
   * undefined if somebody has changed the file since, or the backup is gone.
   */
  original({ path, after, before }: Written, current: Buffer): Buffer | 'absent' | undefined {
    if (digestOf(current) !== after) return undefined;
    if (before === undefined) return 'absent';
    try {
      const content = readFileBytes(this.#fileOf(path, before), {
        maxBytes: MAX_CLIENT_BYTES,
        followLinks: false,
      });
      return digestOf(content) === before ? content : undefined;
    } catch {
      return undefined;
    }
  }

  #fileOf(path: string, digest: string): string {
    return join(this.#folder, `${prefixOf(path)}${digest}`);
  }

  #dropOld(path: string): void {
    const own = readdirSync(this.#folder).filter((name) => name.startsWith(prefixOf(path)));
    const files = own.map((name) => join(this.#folder, name));
    const byAge = files.map((file) => ({ file, at: statSync(file).mtimeMs })).sort((a, b) => b.at - a.at);
    for (const { file } of byAge.slice(MAX_BACKUPS)) rmSync(file, { force: true });
  }
}

const keyOf = (path: string, name: string): string => `${path}\n${name}`;
const prefixOf = (path: string): string => `${createHash('sha256').update(path).digest('hex').slice(0, 16)}-`;

const digestOf = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

function isWritten(value: unknown): value is Written {
  const { path, name, before = '', after } = Object(value) as Record<string, unknown>;
  return [path, name, before, after].every((it) => typeof it === 'string');
}

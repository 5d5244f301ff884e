/** One SQLite file of a log store: lines, and an index of their words. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { LogEntry } from '../../model/status.ts';
import { rankIn } from '../query/levels.ts';

/** Streams by their number in the file; a number never changes its meaning. */
export const STREAMS = ['stderr', 'noise', 'hive'] as const satisfies readonly LogEntry['stream'][];

const VERSION = 1;
const SCHEMA = `
  CREATE TABLE servers(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE lines(
    id INTEGER PRIMARY KEY, ts INTEGER NOT NULL, server INTEGER NOT NULL, stream INTEGER NOT NULL,
    level INTEGER NOT NULL, text TEXT NOT NULL
  );
  CREATE INDEX lines_of_server ON lines(server);
  CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='unicode61');
  PRAGMA user_version = ${VERSION};
`;

/** The end of the process loses nothing, that of the machine the last lines (`synchronous = NORMAL`). */
const SETTINGS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = 500;
  PRAGMA journal_size_limit = 1048576;
`;

/** A row as it is read, in the order of COLUMNS. */
export type Row = readonly [
  id: number,
  ts: number,
  server: number,
  stream: number,
  level: number,
  text: string,
];

export class SegmentFile {
  readonly #database: DatabaseSync;
  readonly #names = new Map<number, string>();
  readonly #ids = new Map<string, number>();
  readonly #statements = new Map<string, StatementSync>();
  #lastId: number;
  #lastTs: number;

  /**
   * Opens the file, and makes it unless it is only to be read. The caller must close it.
   * @throws the error of SQLite, whose `errcode` says why
   */
  constructor(path: string, { isReadOnly = false }: { readonly isReadOnly?: boolean } = {}) {
    this.#database = new DatabaseSync(path, { readOnly: isReadOnly, timeout: 1_000 });
    try {
      if (!isReadOnly) this.#prepareFile();
      [this.#lastId, this.#lastTs] = this.#readEnd();
      this.#readNames();
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  #prepareFile(): void {
    this.#database.exec(SETTINGS);
    const [version] = this.rows('PRAGMA user_version');
    if (Number(version?.[0]) !== 0) return;
    this.#database.exec(`BEGIN; ${SCHEMA} COMMIT;`);
  }

  #readEnd(): [id: number, ts: number] {
    const [row] = this.rows('SELECT id, ts FROM lines ORDER BY id DESC LIMIT 1');
    return [Number(row?.[0] ?? 0), Number(row?.[1] ?? 0)];
  }

  #readNames(): void {
    for (const [id, name] of this.rows('SELECT id, name FROM servers')) this.#know(Number(id), String(name));
  }

  #know(id: number, name: string): void {
    this.#names.set(id, name);
    this.#ids.set(name, id);
  }

  /** Number of the newest line, which is the number of lines. */
  get lastId(): number {
    return this.#lastId;
  }

  get serverNames(): readonly string[] {
    return [...this.#ids.keys()];
  }

  serverName(id: number): string {
    return this.#names.get(id) ?? '';
  }

  serverId(name: string): number | undefined {
    return this.#ids.get(name);
  }

  /** Bytes of the file, as SQLite counts its pages. */
  get bytes(): number {
    const [pages] = this.rows('PRAGMA page_count');
    const [size] = this.rows('PRAGMA page_size');
    return Number(pages?.[0] ?? 0) * Number(size?.[0] ?? 0);
  }

  /** Writes all lines or none. @throws the error of SQLite */
  write(entries: readonly LogEntry[]): void {
    const before = [this.#lastId, this.#lastTs] as const;
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const entry of entries) this.#insert(entry);
      this.#database.exec('COMMIT');
    } catch (error) {
      [this.#lastId, this.#lastTs] = before;
      this.#rollBack();
      throw error;
    }
  }

  #insert({ at, serverName, stream, text }: LogEntry): void {
    const clean = text.replaceAll('\0', ' ');
    this.#lastId += 1;
    // Times only grow, so that lines of a time are found by their numbers.
    this.#lastTs = Math.max(Math.round(at * 1_000), this.#lastTs + 1);
    const values = [this.#serverFor(serverName), STREAMS.indexOf(stream), rankIn(clean), clean] as const;
    this.#statement('INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?)').run(this.#lastId, this.#lastTs, ...values);
    this.#statement('INSERT INTO words(rowid, text) VALUES (CAST(? AS INTEGER), ?)').run(this.#lastId, clean);
  }

  #serverFor(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#ids.size + 1;
    this.#statement('INSERT INTO servers VALUES (?, ?)').run(id, name);
    this.#know(id, name);
    return id;
  }

  #rollBack(): void {
    try {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself.
    }
    // Servers of this write are no longer in the file.
    this.#names.clear();
    this.#ids.clear();
    try {
      this.#readNames();
    } catch {
      // The file cannot be read: the next write says so.
    }
  }

  /** Rows as arrays of columns. Integers stay below 2 ** 53. @throws the error of SQLite */
  rows(sql: string, ...values: readonly (number | string)[]): readonly (readonly unknown[])[] {
    return this.#statement(sql).all(...values) as unknown as readonly (readonly unknown[])[];
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const made = this.#database.prepare(sql);
    made.setReturnArrays(true);
    this.#statements.set(sql, made);
    return made;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

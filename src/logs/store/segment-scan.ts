/** Goes through the lines of one file that a query may find, step by step in either direction. */
import { indexQuery } from '../query/index-query.ts';
import { type MatchesText, namesMatcher, textMatcher } from '../query/matcher.ts';
import type { Query } from '../query/query.ts';
import { type Row, type SegmentFile, STREAMS } from './segment-file.ts';
import type { Cursor } from './segments.ts';

/** Rows of one request to SQLite. */
const ROWS = 1_000;
/** Lines that one request may go through without finding any. Grows while requests are fast. */
const FIRST_WINDOW = 20_000;
const LAST_WINDOW = 1_000_000;
const FAST_MS = 5;
/** How long one step may keep the thread: lines that servers write wait meanwhile. */
const STEP_MS = 20;
/** Rows between two looks at the clock. */
const ROWS_A_LOOK = 32;

type Bounds = { readonly from: number; readonly to: number };

export class SegmentScan {
  readonly file: SegmentFile;
  /** Ids of the lines that are searched, both included. */
  readonly bounds: Bounds;
  readonly #isUp: boolean;
  readonly #sql: string;
  readonly #values: readonly (string | number)[];
  readonly #matches: MatchesText;
  /** The lines that are left. */
  #from: number;
  #to: number;
  #window = FIRST_WINDOW;

  /** @param cursor of a search that ended in this file @param isUp oldest first */
  constructor(file: SegmentFile, query: Query, cursor: Cursor | undefined, isUp: boolean) {
    this.file = file;
    this.#isUp = isUp;
    this.bounds = boundsOf(file, query, cursor);
    [this.#from, this.#to] = [this.bounds.from, this.bounds.to];
    this.#matches = textMatcher(query.terms);
    const { conditions, values } = conditionsOf(file, query);
    const words = indexQuery(query);
    const order = isUp ? 'ASC' : 'DESC';
    const columns = 'l.id, l.ts, l.server, l.stream, l.level, l.text';
    this.#values = words === '' ? values : [words, ...values];
    const rest = `${conditions} ORDER BY l.id ${order} LIMIT ?`;
    // FTS5 takes bounds only if they are integers, and numbers of JavaScript are bound as reals.
    this.#sql =
      words === ''
        ? `SELECT ${columns} FROM lines l WHERE l.id BETWEEN ? AND ?${rest}`
        : `SELECT ${columns} FROM words CROSS JOIN lines l ON l.id = words.rowid ` +
          'WHERE words.rowid BETWEEN CAST(? AS INTEGER) AND CAST(? AS INTEGER) AND words MATCH ?' +
          rest.replace('ORDER BY l.id', 'ORDER BY words.rowid');
  }

  get total(): number {
    return Math.max(0, this.bounds.to - this.bounds.from + 1);
  }

  get scanned(): number {
    return this.total - Math.max(0, this.#to - this.#from + 1);
  }

  get isDone(): boolean {
    return this.#from > this.#to;
  }

  /** The next search goes on before or after this line. */
  get position(): number {
    return this.#isUp ? this.#from - 1 : this.#to + 1;
  }

  /**
   * Goes on for a short time.
   *
   * @param found called with each row that matches; true ends the step
   * @returns true if `found` has ended it
   */
  step(ticks: () => number, deadline: number, found: (row: Row) => boolean): boolean {
    const end = Math.min(deadline, ticks() + STEP_MS);
    for (let now = ticks(); !this.isDone && now < end; ) {
      if (this.#look(ticks, end, found)) return true;
      const after = ticks();
      if (after - now < FAST_MS) this.#window = Math.min(LAST_WINDOW, this.#window * 2);
      now = after;
    }
    return false;
  }

  #look(ticks: () => number, end: number, found: (row: Row) => boolean): boolean {
    const [from, to] = this.#isUp
      ? [this.#from, Math.min(this.#to, this.#from + this.#window - 1)]
      : [Math.max(this.#from, this.#to - this.#window + 1), this.#to];
    const rows = this.file.rows(this.#sql, from, to, ...this.#values, ROWS) as readonly Row[];
    for (const [index, row] of rows.entries()) {
      const isLate = index % ROWS_A_LOOK === ROWS_A_LOOK - 1 && ticks() >= end;
      const isFull = this.#matches(row[5]) && found(row);
      if (!isLate && !isFull) continue;
      this.#passed(row[0]);
      return isFull;
    }
    // With fewer rows than asked for, the window holds no more.
    this.#passed(rows.length < ROWS ? (this.#isUp ? to : from) : (rows.at(-1)?.[0] ?? to));
    return false;
  }

  #passed(id: number): void {
    if (this.#isUp) this.#from = id + 1;
    else this.#to = id - 1;
  }
}

function conditionsOf(file: SegmentFile, { servers, streams, levels }: Query) {
  const values: number[] = [];
  let conditions = '';
  const among = (column: string, wanted: readonly number[]): void => {
    // The unary plus keeps SQLite from sorting by an index of several servers.
    const only = wanted.length === 1 ? column : `+${column}`;
    conditions += ` AND ${only} IN (${wanted.map(() => '?').join(', ')})`;
    values.push(...wanted);
  };
  if (servers.length > 0) {
    const isWanted = namesMatcher(servers);
    among(
      'l.server',
      file.serverNames.filter(isWanted).map((name) => file.serverId(name) ?? 0),
    );
  }
  if (streams.length > 0) {
    const isWanted = namesMatcher(streams);
    among(
      'l.stream',
      STREAMS.filter(isWanted).map((stream) => STREAMS.indexOf(stream)),
    );
  }
  if (levels) {
    conditions += ' AND l.level BETWEEN ? AND ?';
    values.push(levels.from, levels.to);
  }
  return { conditions, values };
}

function boundsOf(file: SegmentFile, { since, until }: Query, cursor: Cursor | undefined): Bounds {
  const from = since === undefined ? 1 : firstAt(file, since * 1_000);
  const to = until === undefined ? file.lastId : firstAt(file, (until + 1) * 1_000) - 1;
  if (!cursor) return { from, to };
  return cursor.direction === 'newer'
    ? { from: Math.max(from, cursor.id + 1), to }
    : { from, to: Math.min(to, cursor.id - 1) };
}

/** Id of the first line at this time or later. Ids have no gaps, and times grow with them. @param ts µs */
function firstAt(file: SegmentFile, ts: number): number {
  let [low, high] = [1, file.lastId + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [row] = file.rows('SELECT ts FROM lines WHERE id = ?', middle);
    if (Number(row?.[0] ?? 0) < ts) low = middle + 1;
    else high = middle;
  }
  return low;
}

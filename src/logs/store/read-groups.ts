/** Reads the group of a line that was found: a stack trace is shown whole, and once. */
import type { FoundLine } from '../../model/watch/log-search.ts';
import { groupAt, MAX_GROUP_LINES } from '../query/group.ts';
import { levelOfRank } from '../query/levels.ts';
import { type Row, type SegmentFile, STREAMS } from './segment-file.ts';

const COLUMNS = 'id, ts, server, stream, level, text';
const ONLY = 'FROM lines WHERE server = ? AND stream = ?';
const BEFORE = `SELECT ${COLUMNS} ${ONLY} AND id BETWEEN ? AND ? ORDER BY id DESC LIMIT ?`;
const AFTER = `SELECT ${COLUMNS} ${ONLY} AND id BETWEEN ? AND ? ORDER BY id LIMIT ?`;

/** Servers write side by side: how far apart lines of one trace may be numbered. */
const REACH = 10_000;

export class GroupReader {
  readonly #file: SegmentFile;
  readonly #bounds: { readonly from: number; readonly to: number };
  /** Lines that stand in groups which were read. */
  readonly #read = new Set<number>();

  /** @param bounds ids of the lines that may be shown */
  constructor(file: SegmentFile, bounds: { readonly from: number; readonly to: number }) {
    this.#file = file;
    this.#bounds = bounds;
  }

  /** The line with those that belong to it; undefined if it was shown in an earlier group. */
  read(row: Row): FoundLine | undefined {
    if (this.#read.has(row[0])) return undefined;
    const group = this.#groupOf(row);
    for (const [id] of group) this.#read.add(id);
    const [head = row] = group;
    const level = levelOfRank(head[4]);
    return {
      at: Math.floor(head[1] / 1_000),
      serverName: this.#file.serverName(head[2]),
      stream: STREAMS[head[3]] ?? 'hive',
      text: group.map(([, , , , , text]) => text).join('\n'),
      ...(level !== undefined && { level }),
    };
  }

  #groupOf(row: Row): readonly Row[] {
    const [id, , server, stream] = row;
    const { from, to } = this.#bounds;
    const ask = (sql: string, first: number, last: number): Row[] =>
      this.#file.rows(sql, server, stream, first, last, MAX_GROUP_LINES) as unknown as Row[];
    const before = ask(BEFORE, Math.max(from, id - REACH), id - 1).reverse();
    const rows = [...before, row, ...ask(AFTER, id + 1, Math.min(to, id + REACH))];
    const lines = rows.map(([, ts, , , , text]) => ({ at: ts / 1_000, text }));
    const [first, last] = groupAt(lines, before.length);
    return rows.slice(first, last + 1);
  }
}

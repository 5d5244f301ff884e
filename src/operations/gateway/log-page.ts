/** Pages of a server's log, by cursor and within a bound. */

import { z } from 'zod';
import type { LogEntry } from '../../model/status.ts';
import { cutEnd } from '../../model/text/cut.ts';
import type { FoundLines } from '../../model/watch/log-search.ts';
import type { Redact } from '../../secrets/redact.ts';
import { indented } from './server-row.ts';

/** Characters of text in one page, and in one line. */
const MAX_TEXT = 16_000;
const MAX_LINE = 1_000;

export const STREAMS = ['stderr', 'noise', 'hive'] as const satisfies readonly LogEntry['stream'][];

export const logLine = z.object({
  at: z.iso.datetime(),
  stream: z.enum(STREAMS),
  text: z.string(),
});

export type LogLine = z.output<typeof logLine>;

export interface PageQuery {
  readonly limit: number;
  /** Cursor of an earlier page: the page begins after it. */
  readonly after?: string | undefined;
  /** Absent for all. */
  readonly stream?: LogEntry['stream'] | undefined;
}

export interface LogPage {
  readonly lines: readonly LogLine[];
  /** Cursor after the last line; absent for an empty log. */
  readonly next?: string | undefined;
  /** True if lines after `next` were left out. Always false without `after`. */
  readonly more: boolean;
}

/** The newest lines, or with `after` the first lines after that cursor. Oldest first in either case. */
export function logPage(entries: readonly LogEntry[], query: PageQuery, redact: Redact): LogPage {
  const { limit, after, stream } = query;
  const from = after === undefined ? 0 : indexBehind(entries, after);
  const wanted = entries
    .map((entry, index) => ({ entry, index }))
    .slice(from)
    .filter(({ entry }) => stream === undefined || entry.stream === stream);
  const inOrder = after === undefined ? wanted.slice(-limit).reverse() : wanted.slice(0, limit);
  const taken = withinBound(inOrder.map(({ entry, index }) => ({ index, line: toLine(entry, redact) })));
  if (after === undefined) taken.reverse();
  const isCut = after !== undefined && taken.length < wanted.length;
  const last = isCut ? (taken.at(-1)?.index ?? from) : entries.length - 1;
  return { lines: taken.map(({ line }) => line), next: cursorAt(entries, last) ?? after, more: isCut };
}

/** What a search has found, within the bound of a page: the newest lines stay. */
export function searchPage(found: FoundLines, redact: Redact) {
  const { lines, older, newer, hasNewer, partial } = found;
  const newestFirst = lines.toReversed().map((line) => ({ line: toLine(line, redact) }));
  const shown = withinBound(newestFirst).reverse();
  const notes =
    shown.length < lines.length ? [`${lines.length - shown.length} older lines left out: too long`] : [];
  if (partial) notes.push(`searched ${partial.scanned} of ${partial.of} lines, then the time was over`);
  return {
    lines: shown.map(({ line }) => line),
    more: hasNewer,
    next: newer,
    ...(older !== undefined && { older }),
    ...(notes.length > 0 && { partial: notes.join('; ') }),
  };
}

/** The first lines that fit into a page, at least one. */
function withinBound<T extends { readonly line: LogLine }>(lines: readonly T[]): T[] {
  let size = 0;
  const end = lines.findIndex(({ line }, index) => {
    size += line.text.length;
    return index > 0 && size > MAX_TEXT;
  });
  return lines.slice(0, end < 0 ? undefined : end);
}

/** `TIME-N` for the Nth entry of that millisecond, since entries have no number. */
function cursorAt(entries: readonly LogEntry[], index: number): string | undefined {
  const entry = entries[index];
  if (!entry) return undefined;
  const nth = entries.slice(0, index + 1).filter(({ at }) => at === entry.at).length;
  return `${entry.at}-${nth}`;
}

/**
 * Index of the first entry after the cursor. If the cursor's entry has been dropped, the first newer entry.
 */
function indexBehind(entries: readonly LogEntry[], cursor: string): number {
  const [at = 0, nth = 0] = cursor.split('-').map(Number);
  const same = entries.flatMap((entry, index) => (entry.at === at ? [index] : []));
  const found = same[nth - 1];
  if (found !== undefined) return found + 1;
  const newer = entries.findIndex((entry) => entry.at > at);
  return newer < 0 ? entries.length : newer;
}

function toLine({ at, stream, text }: LogEntry, redact: Redact): LogLine {
  const shown = redact(text);
  const cut = shown.length > MAX_LINE ? `${cutEnd(shown, MAX_LINE)} (${shown.length} characters)` : shown;
  return { at: new Date(at).toISOString(), stream, text: cut };
}

/** The line as `hive logs` prints it, without the server's name. */
export const lineText = ({ at, stream, text }: LogLine): string =>
  indented(`${at.slice(11, 23)} ${stream.padEnd(6)} ${text}`);

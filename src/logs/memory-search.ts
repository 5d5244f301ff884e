/** Searches the log lines in memory: for stacks that keep none on disk. */
import { GatewayError } from '../errors.ts';
import type { LogEntry } from '../model/status.ts';
import { withoutColours } from '../model/text/visible.ts';
import type { FoundLine, FoundLines, LogSearch } from '../model/watch/log-search.ts';
import { groupAt } from './query/group.ts';
import { levelOfRank, rankIn } from './query/levels.ts';
import { matcherOf } from './query/matcher.ts';
import { parseQuery } from './query/parse-query.ts';

/** `newer:TIME-N` is the place of the Nth line of that millisecond, since lines in memory have no numbers. */
const CURSOR = /^(older|newer):(\d{1,15})-(\d{1,9})$/;

/** How far apart lines of one trace may stand. */
const REACH = 200;

interface Position {
  readonly isNewer: boolean;
  readonly at: number;
  readonly nth: number;
}

/** @param entries oldest first @param now Unix milliseconds @throws GatewayError USAGE */
export function searchMemory(
  entries: readonly LogEntry[],
  { query = '', servers, limit, cursor }: LogSearch,
  now: number,
): FoundLines {
  const matches = matcherOf(parseQuery(query, now));
  const isShown = (entry: LogEntry): boolean => !servers || servers.includes(entry.serverName);
  const lines = entries.filter(isShown);
  const position = cursor === undefined ? undefined : readCursor(cursor);
  const [from, to] = rangeOf(lines, position);
  const isDown = !position?.isNewer;
  const found = collect(lines, { from, to, isDown, limit }, matches);
  const newest = isDown ? to - 1 : (found.stoppedAt ?? lines.length - 1);
  return {
    lines: isDown ? found.lines.reverse() : found.lines,
    ...(isDown && found.stoppedAt !== undefined && { older: cursorAt(lines, found.stoppedAt, 'older') }),
    newer: cursorAt(lines, newest, 'newer'),
    hasNewer: isDown ? to < lines.length : found.stoppedAt !== undefined,
  };
}

/** @throws GatewayError USAGE */
function readCursor(text: string): Position {
  const [match, direction, at, nth] = CURSOR.exec(text) ?? [];
  if (match !== undefined) return { isNewer: direction === 'newer', at: Number(at), nth: Number(nth) };
  throw new GatewayError('USAGE', `not a cursor: ${text}`, {
    hint: 'pass `older` or `newer` of an earlier answer as it is',
  });
}

/** Index of the first line, and the one after the last. */
function rangeOf(lines: readonly LogEntry[], position: Position | undefined): [from: number, to: number] {
  if (!position) return [0, lines.length];
  const { at, nth, isNewer } = position;
  const first = lines.findIndex((line) => line.at >= at);
  const start = first < 0 ? lines.length : first;
  const isKept = lines[start + nth - 1]?.at === at;
  if (isNewer) return [isKept ? start + nth : start, lines.length];
  return [0, isKept ? start + nth - 1 : start];
}

interface Wanted {
  readonly from: number;
  readonly to: number;
  readonly isDown: boolean;
  readonly limit: number;
}

/** @returns the groups in the order of the search, and the line at which it ended before all were seen */
function collect(
  lines: readonly LogEntry[],
  { from, to, isDown, limit }: Wanted,
  matches: (entry: LogEntry) => boolean,
): { lines: FoundLine[]; stoppedAt?: number } {
  const found: FoundLine[] = [];
  const seen = new Set<LogEntry>();
  const count = to - from;
  for (let n = 0; n < count; n += 1) {
    const index = isDown ? to - 1 - n : from + n;
    const line = lines[index];
    if (!line || seen.has(line) || !matches(line)) continue;
    const first = Math.max(from, index - REACH);
    const group = groupOf(lines.slice(first, Math.min(to, index + REACH)), index - first);
    for (const it of group) seen.add(it);
    found.push(joined(group));
    if (found.length === limit && n + 1 < count) return { lines: found, stoppedAt: index };
  }
  return { lines: found };
}

/** Lines of other servers may stand between those of a group. */
function groupOf(lines: readonly LogEntry[], index: number): readonly LogEntry[] {
  const line = lines[index];
  if (!line) return [];
  const own = lines.filter((it) => it.serverName === line.serverName && it.stream === line.stream);
  const [first, last] = groupAt(own, own.indexOf(line));
  return own.slice(first, last + 1);
}

function joined(group: readonly LogEntry[]): FoundLine {
  const [head] = group;
  if (!head) throw new Error('a group has a first line');
  const level = levelOfRank(rankIn(withoutColours(head.text)));
  return { ...head, text: group.map(({ text }) => text).join('\n'), ...(level !== undefined && { level }) };
}

function cursorAt(lines: readonly LogEntry[], index: number, direction: 'older' | 'newer'): string {
  const at = lines[index]?.at ?? 0;
  let nth = 1;
  while (lines[index - nth]?.at === at) nth += 1;
  return `${direction}:${at}-${lines[index] ? nth : 0}`;
}

/** Searches the files of a log store, newest or oldest first, in short steps and within a time limit. */
import type { FoundLine, FoundLines } from '../../model/watch/log-search.ts';
import type { Query } from '../query/query.ts';
import type { LogFolder } from './log-folder.ts';
import { GroupReader } from './read-groups.ts';
import type { SegmentFile } from './segment-file.ts';
import { SegmentScan } from './segment-scan.ts';
import { type Cursor, compareSegments, cursorText, type Segment } from './segments.ts';

/** How long a search may take; then it answers with what it has. */
const TIME_LIMIT_MS = 2_000;

export interface StoreSearch {
  readonly query: Query;
  readonly limit: number;
  readonly cursor: Cursor | undefined;
}

export interface SearchTools {
  /** Milliseconds that never jump. */
  readonly ticks: () => number;
  /** Lets other work of this thread go first. */
  readonly pause: () => Promise<void>;
  readonly timeLimitMs?: number;
}

/** What the search has come to. */
interface Progress {
  readonly lines: FoundLine[];
  scanned: number;
  of: number;
  /** The line at which another search goes on; undefined: all was searched. */
  stopped: { segment: Segment; id: number } | undefined;
  isLate: boolean;
  readonly notes: string[];
}

export async function searchFolder(
  folder: LogFolder,
  request: StoreSearch,
  tools: SearchTools,
): Promise<FoundLines> {
  const { cursor } = request;
  const isDown = cursor?.direction !== 'newer';
  const end = endOf(folder);
  const wanted = folder.segments().filter((it) => isWithin(it, cursor));
  const progress: Progress = { lines: [], scanned: 0, of: 0, stopped: undefined, isLate: false, notes: [] };
  const deadline = tools.ticks() + (tools.timeLimitMs ?? TIME_LIMIT_MS);
  for (const segment of isDown ? wanted : wanted.toReversed()) {
    const scan = scanOf(folder, segment, request, progress);
    if (!scan) continue;
    progress.of += scan.total;
    if (progress.stopped) continue;
    await run(scan, { folder, segment, progress, deadline, tools, limit: request.limit });
  }
  return answer(progress, cursor, isDown, end);
}

function scanOf(
  folder: LogFolder,
  segment: Segment,
  { query, cursor }: StoreSearch,
  progress: Progress,
): SegmentScan | undefined {
  const file = folder.open(segment);
  if (!file) {
    progress.notes.push(`the lines of ${segment.day} cannot be read`);
    return undefined;
  }
  const isCursor = cursor !== undefined && compareSegments(cursor.segment, segment) === 0;
  return new SegmentScan(file, query, isCursor ? cursor : undefined, cursor?.direction === 'newer');
}

interface Running {
  readonly folder: LogFolder;
  readonly segment: Segment;
  readonly progress: Progress;
  readonly deadline: number;
  readonly tools: SearchTools;
  readonly limit: number;
}

async function run(scan: SegmentScan, running: Running): Promise<void> {
  const { folder, segment, progress, tools, deadline, limit } = running;
  const groups = new GroupReader(scan.file, scan.bounds);
  try {
    while (!scan.isDone) {
      const isFull = scan.step(tools.ticks, deadline, (row) => {
        const line = groups.read(row);
        if (line) progress.lines.push(line);
        return progress.lines.length >= limit;
      });
      await tools.pause();
      progress.isLate = tools.ticks() >= deadline;
      if ((isFull || progress.isLate) && !scan.isDone) {
        progress.stopped = { segment, id: scan.position };
        break;
      }
    }
  } catch (error) {
    if (!folder.failedToRead(segment, error)) throw error;
    progress.notes.push(`the lines of ${segment.day} cannot be read`);
  }
  progress.scanned += scan.scanned;
  if (progress.lines.length >= limit) progress.stopped ??= { segment, id: scan.position };
}

/** A newer search begins after the newest line that there was when this one began. */
function endOf(folder: LogFolder): { segment: Segment; id: number } {
  const [segment = { day: '1970-01-01', part: 1 }] = folder.segments();
  const file: SegmentFile | undefined = folder.open(segment);
  return { segment, id: file?.lastId ?? 0 };
}

function isWithin(segment: Segment, cursor: Cursor | undefined): boolean {
  if (!cursor) return true;
  const order = compareSegments(segment, cursor.segment);
  return cursor.direction === 'older' ? order <= 0 : order >= 0;
}

function answer(
  { lines, scanned, of, stopped, isLate, notes }: Progress,
  cursor: Cursor | undefined,
  isDown: boolean,
  end: { segment: Segment; id: number },
): FoundLines {
  const oldestFirst = isDown ? lines.toReversed() : lines;
  const newer = isDown ? (cursor ? { ...cursor, id: cursor.id - 1 } : end) : (stopped ?? end);
  return {
    onDisk: true,
    lines: oldestFirst,
    ...(isDown && stopped && { older: cursorText({ ...stopped, direction: 'older' }) }),
    newer: cursorText({ ...newer, direction: 'newer' }),
    hasNewer: isDown ? cursor !== undefined : stopped !== undefined,
    ...(isLate && stopped && { partial: { scanned, of } }),
    ...(notes.length > 0 && { notes }),
  };
}

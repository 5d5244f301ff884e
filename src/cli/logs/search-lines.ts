/** Asks for log lines page by page, until there are as many as wanted, or all. */
import type { FoundLine, FoundLines, LogSearch } from '../../model/watch/log-search.ts';

/** Lines of one request. */
const PAGE = 1_000;
/** Before every line that is kept. */
const BEGINNING = 'newer:19700101-0';

export interface WantedLines {
  readonly query: string;
  /** Empty: all. */
  readonly serverNames: readonly string[];
  /** Number of the newest lines; undefined: all. */
  readonly tail: number | undefined;
}

type Ask = (search: LogSearch) => Promise<FoundLines>;

const searchFor = ({ query, serverNames }: WantedLines): Omit<LogSearch, 'limit'> => ({
  query,
  ...(serverNames.length > 0 && { servers: serverNames }),
});

/** The newest page; `limit` 0 asks only where the lines are. */
export const firstPage = (ask: Ask, wanted: WantedLines): Promise<FoundLines> =>
  ask({ ...searchFor(wanted), limit: Math.min(PAGE, Math.max(1, wanted.tail ?? PAGE)) });

/** The newest `tail` lines, oldest first. A search that ends at its time limit goes on. */
export async function newestLines(ask: Ask, first: FoundLines, wanted: WantedLines): Promise<FoundLine[]> {
  const { tail = Number.POSITIVE_INFINITY } = wanted;
  const pages = [first.lines];
  let count = first.lines.length;
  let { older } = first;
  while (older !== undefined && count < tail) {
    const page = await ask({ ...searchFor(wanted), limit: Math.min(PAGE, tail - count), cursor: older });
    pages.push(page.lines);
    count += page.lines.length;
    older = page.older;
  }
  const lines = pages.reverse().flat();
  return lines.slice(Math.max(0, lines.length - tail));
}

/** All lines on disk, oldest first, as they are read. */
export async function* allLines(ask: Ask, wanted: WantedLines): AsyncIterable<FoundLine> {
  for (let cursor = BEGINNING; ; ) {
    const page = await ask({ ...searchFor(wanted), limit: PAGE, cursor });
    yield* page.lines;
    if (!page.hasNewer) return;
    cursor = page.newer;
  }
}

/** Reads one list of a server, page by page. */

import type { CallRequest, Reply } from '../../model/calls.ts';
import type { Definition, Flaws, ListKind } from '../../model/catalog.ts';
import type { Era } from '../../model/era.ts';
import { cutEnd } from '../../model/text/cut.ts';
import type { Json } from '../../model/text/json.ts';
import { jsonText } from '../../model/text/json.ts';
import { oneLine } from '../../model/text/visible.ts';
import { members, slice, stringAt, whole } from '../../wire/envelope.ts';
import { LISTS } from '../../wire/lists.ts';
import { ListEntries, MAX_QUOTED } from './list-entries.ts';

/** Bounds of one list of one server, with those of its entries. */
const MAX_PAGES = 500;
const MAX_BYTES = 16 * 1024 * 1024;

export interface FetchedList {
  readonly definitions: readonly Definition[];
  readonly flaws: Flaws;
  /** Remarks for the server's log. */
  readonly notes: readonly string[];
  /** How long the list is fresh, in milliseconds: the least of its pages. Undefined if no page states it. */
  readonly ttlMs?: number | undefined;
  /** JSON text of the error that ended the reading. `definitions` are those of the pages before. */
  readonly error?: Json;
  /**
   * The least time until the list may be read again, so that large lists do not take all the time there is.
   */
  readonly restMs: number;
}

/**
 * Reads one list to its end. Definitions stay the text that the server wrote, unless clients could not read
 * it. Never rejects.
 *
 * @param era of the server
 */
export async function fetchList(
  kind: ListKind,
  era: Era,
  call: (request: CallRequest) => Promise<Reply>,
): Promise<FetchedList> {
  const { method } = LISTS[kind];
  const entries = new ListEntries(kind, era);
  const cursors = new Set<string>();
  let bytes = 0;
  let cursor: Json | undefined;
  let ttlMs: number | undefined;
  const fetched = (stop?: string): FetchedList => {
    if (stop) entries.note(`${method} ${stop}: the rest is ignored`);
    const { definitions, flaws, notes, count, mendedBytes } = entries;
    return { definitions, flaws, notes, ttlMs, restMs: restAfter(count, bytes, mendedBytes) };
  };
  for (;;) {
    const params = cursor && jsonText(`{"cursor":${cursor}}`);
    const reply = await call(params ? { method, params } : { method });
    if (reply.kind === 'error') return { ...fetched(), error: reply.json };
    bytes += reply.json.length;
    // Such a page is not even looked at: that alone would take long.
    if (bytes > MAX_BYTES) return fetched(`has more than ${MAX_BYTES} bytes`);
    const page = readPage(kind, reply.json);
    ttlMs = least(ttlMs, page.ttlMs);
    const stop = await entries.add(page.array);
    cursor = page.cursor;
    if (stop || !cursor) return fetched(stop);
    const misuse = cursorProblem(cursors, cursor);
    if (misuse) return fetched(misuse);
  }
}

interface Page {
  /** The entries; undefined if the page has none. */
  readonly array: Json | undefined;
  /** JSON text. An empty string is a valid cursor. */
  readonly cursor: Json | undefined;
  readonly ttlMs: number | undefined;
}

/** Finds all members in one go: a page may be long. */
function readPage(kind: ListKind, result: Json): Page {
  const all = new Map(members(result, whole(result)).map(({ name, value }) => [name, value]));
  const array = all.get(LISTS[kind].member);
  const cursor = all.get('nextCursor');
  const ttl = all.get('ttlMs');
  const ttlMs = ttl ? Number.parseFloat(slice(result, ttl).toString()) : Number.NaN;
  return {
    array: array && slice(result, array),
    cursor: cursor && stringAt(result, cursor) !== undefined ? slice(result, cursor) : undefined,
    ttlMs: Number.isNaN(ttlMs) ? undefined : ttlMs,
  };
}

const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

function cursorProblem(cursors: Set<string>, cursor: Json): string | undefined {
  const text = cursor.toString();
  if (cursors.has(text)) return `gives the cursor ${oneLine(cutEnd(text, MAX_QUOTED))} a second time`;
  cursors.add(text);
  return cursors.size >= MAX_PAGES ? `has more than ${MAX_PAGES} pages` : undefined;
}

/** Reading and merging take a few microseconds an entry, and a millisecond a megabyte; mending takes 20. */
const REST_MS_PER_ENTRY = 0.2;
const REST_MS_PER_BYTE = 1e-4;

const REST_MS_PER_MENDED_BYTE = 2e-3;

const restAfter = (entries: number, bytes: number, mendedBytes: number): number =>
  Math.round(entries * REST_MS_PER_ENTRY + bytes * REST_MS_PER_BYTE + mendedBytes * REST_MS_PER_MENDED_BYTE);

/** Reads one list of a server, page by page. */
import type { CallRequest, Reply } from '../../model/calls.ts';
import type { Definition, ListKind } from '../../model/catalog.ts';
import type { Json } from '../../model/text/json.ts';
import { jsonText } from '../../model/text/json.ts';
import { isHarmful, oneLine } from '../../model/text/visible.ts';
import { elements, member, slice, stringAt, whole } from '../../wire/envelope.ts';
import { LISTS } from '../../wire/lists.ts';

/** Bounds of one list of one server. */
const MAX_PAGES = 500;
const MAX_DEFINITIONS = 20_000;
const MAX_BYTES = 64 * 1024 * 1024;

export interface FetchedList {
  readonly definitions: readonly Definition[];
  /** Remarks for the server's log. */
  readonly notes: readonly string[];
  /** How long the list is fresh, in milliseconds: the least of its pages. Undefined if no page states it. */
  readonly ttlMs?: number | undefined;
  /** JSON text of the error that ended the reading. `definitions` are those of the pages before. */
  readonly error?: Json;
}

/** Reads one list to its end. Definitions stay the text that the server wrote. Never rejects. */
export async function fetchList(
  kind: ListKind,
  call: (request: CallRequest) => Promise<Reply>,
): Promise<FetchedList> {
  const { method } = LISTS[kind];
  const found = new Map<string, Definition>();
  const notes: string[] = [];
  const seen = new Set<string>();
  let bytes = 0;
  let cursor: Json | undefined;
  let ttlMs: number | undefined;
  for (;;) {
    const params = cursor && jsonText(`{"cursor":${cursor}}`);
    const reply = await call(params ? { method, params } : { method });
    if (reply.kind === 'error') return { definitions: [...found.values()], notes, error: reply.json };
    bytes += reply.json.length;
    notes.push(...collect(kind, reply.json, found));
    cursor = nextCursor(reply.json);
    ttlMs = least(ttlMs, ttlOf(reply.json));
    if (!cursor) return { definitions: [...found.values()], notes, ttlMs };
    const stop = excess(seen, cursor, found.size, bytes);
    if (stop)
      return {
        definitions: [...found.values()],
        ttlMs,
        notes: [...notes, `${method} ${stop}: the rest is ignored`],
      };
  }
}

/** JSON text of the cursor. An empty string is a valid cursor. */
function nextCursor(result: Json): Json | undefined {
  const span = member(result, whole(result), 'nextCursor');
  return stringAt(result, span) === undefined || !span ? undefined : slice(result, span);
}

function ttlOf(result: Json): number | undefined {
  const span = member(result, whole(result), 'ttlMs');
  const ms = span ? Number.parseFloat(slice(result, span).toString()) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

function excess(seen: Set<string>, cursor: Json, count: number, bytes: number): string | undefined {
  const text = cursor.toString();
  if (seen.has(text)) return `gives the cursor ${quoted(text)} a second time`;
  seen.add(text);
  if (seen.size >= MAX_PAGES) return `has more than ${MAX_PAGES} pages`;
  if (count > MAX_DEFINITIONS) return `has more than ${MAX_DEFINITIONS} entries`;
  return bytes > MAX_BYTES ? `has more than ${MAX_BYTES} bytes` : undefined;
}

/** Longest text of a server in a note, in characters. */
const MAX_QUOTED = 200;

const quoted = (text: string): string => oneLine(text.slice(0, MAX_QUOTED));

function collect(kind: ListKind, result: Json, found: Map<string, Definition>): string[] {
  const list = LISTS[kind];
  const array = member(result, whole(result), list.member);
  if (!array) return [`${list.method} answered without ${list.member}`];
  const notes: string[] = [];
  for (const span of elements(result, array)) {
    const key = stringAt(result, member(result, span, list.key));
    const json = result.toString('utf8', span.start, span.end);
    if (key === undefined)
      notes.push(`${list.method}: an entry without ${list.key} is ignored: ${quoted(json)}`);
    // Names and URIs go through logs, terminals and prompts, where such characters act or deceive.
    else if (isHarmful(key))
      notes.push(`${list.method}: ${quoted(key)} is left out: its ${list.key} has invisible characters`);
    else if (found.has(key)) notes.push(`${list.method}: ${quoted(key)} occurs twice: the first one counts`);
    else found.set(key, { key, json });
  }
  return notes;
}

/** Reads server-sent events in bytes. */
import { createPieces } from './pieces.ts';

export interface ServerSentEvent {
  /** The `data` lines joined by blanks, which are as good as line breaks between tokens of JSON. */
  readonly data: Buffer;
  readonly id: string | undefined;
  /** `event`, if given. */
  readonly type: string | undefined;
}

export interface SseEvents {
  event(event: ServerSentEvent): void;
  retry(ms: number): void;
  /** An event was dropped for its size. */
  tooLarge(bytes: number): void;
}

const BLANK = Buffer.from(' ');

/**
 * The result takes chunks of a `text/event-stream` (WHATWG HTML 9.2; line breaks LF or CRLF). Data is never
 * decoded.
 * @param limit bytes of data in one event, above which it is dropped
 */
export function sseReader(events: SseEvents, limit: number): (chunk: Buffer) => void {
  const pieces = createPieces();
  let data: Buffer[] = [];
  let size = 0;
  let id: string | undefined;
  let type: string | undefined;
  let isFirst = true;

  function dispatch(): void {
    const parts = data;
    const total = size;
    const named = type;
    data = [];
    size = 0;
    type = undefined;
    if (total > limit) events.tooLarge(total);
    else if (parts.length > 0)
      events.event({ data: parts.length === 1 ? (parts[0] as Buffer) : join(parts), id, type: named });
  }

  function field(name: string, value: Buffer): void {
    if (name === 'data') {
      size += value.length;
      if (size <= limit) data.push(value);
      else data = [];
    } else if (name === 'id') id = value.toString();
    else if (name === 'event') type = value.toString();
    else if (name === 'retry' && /^\d+$/.test(value.toString())) events.retry(Number(value.toString()));
  }

  function line(raw: Buffer): void {
    const bare = raw.at(-1) === 0x0d ? raw.subarray(0, -1) : raw;
    const text = isFirst ? withoutBom(bare) : bare;
    isFirst = false;
    const colon = text.indexOf(0x3a);
    if (text.length === 0) dispatch();
    // A line that begins with a colon is a comment, sent as keep-alive.
    else if (colon !== 0) fieldLine(text, colon);
  }

  function fieldLine(text: Buffer, colon: number): void {
    const name = text.toString('latin1', 0, colon < 0 ? text.length : colon);
    const start = colon < 0 ? text.length : text[colon + 1] === 0x20 ? colon + 2 : colon + 1;
    field(name, text.subarray(start));
  }

  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      pieces.add(chunk.subarray(start, end));
      line(pieces.take());
      start = end + 1;
    }
    pieces.add(chunk.subarray(start));
    // Only this line is lost.
    if (pieces.length > limit + 64) size += pieces.take().length;
  };
}

const join = (parts: readonly Buffer[]): Buffer =>
  Buffer.concat(parts.flatMap((part, i) => (i === 0 ? [part] : [BLANK, part])));

const withoutBom = (text: Buffer): Buffer =>
  text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? text.subarray(3) : text;

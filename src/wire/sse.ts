/** Reads server-sent events in bytes. */
import { createPieces } from './pieces.ts';

export interface ServerSentEvent {
  /** The `data` lines joined by blanks, which are as good as line breaks between tokens of JSON. */
  readonly data: Buffer;
  readonly id: string | undefined;
  /** `event`, if given. */
  readonly type: string | undefined;
}

/** True for an event that carries a message of MCP. Others are the server's own, such as pings. */
export const isMessage = ({ type = '' }: ServerSentEvent): boolean => type === '' || type === 'message';

export interface SseEvents {
  event(event: ServerSentEvent): void;
  retry(ms: number): void;
  /** An event was dropped for its size. */
  tooLarge(bytes: number): void;
}

const BLANK = Buffer.from(' ');
const CR = 0x0d;
const LF = 0x0a;
const NONE = Number.POSITIVE_INFINITY;

export interface ReadSse {
  /**
   * Takes a chunk of an event stream. `isEnough` is asked after each line; once it is true, the rest of the
   * chunk is returned unread, and must be passed again before any other chunk.
   */
  (chunk: Buffer, isEnough?: () => boolean): Buffer | undefined;
  /**
   * The stream has ended as it should. An event without the blank line behind it is passed on too: the
   * standard would drop it, but a JSON message that was cut off cannot be mistaken for a whole one.
   */
  end(): void;
}

/** Events with more lines of data are dropped: their lines would have to be joined in one go. */
const MAX_DATA_LINES = 100_000;

/** Longer ids, types and pauses are ignored, as if the server had not sent them. */
const MAX_FIELD_BYTES = 8 * 1024;
const LONGEST_NAME = 'event'.length;
/** A line may be longer than the data of an event by this much, for the name of its field. */
const NAME_BYTES = 64;

/**
 * Makes the reader of one `text/event-stream` (WHATWG HTML 9.2; lines end with LF, CR LF or CR). Data is
 * never decoded.
 * @param limit bytes of data in one event, above which it is dropped; so is an event with a longer line
 */
export function sseReader(events: SseEvents, limit: number): ReadSse {
  const pieces = createPieces();
  const assembly = new EventAssembly(events, limit);
  /** Bytes of the current line that were dropped for its size: its rest must not be read as a line. */
  let lost = 0;
  const add = (part: Buffer): void => {
    pieces.add(part);
    if (lost === 0 && pieces.length <= limit + NAME_BYTES) return;
    lost += pieces.length;
    pieces.drain();
  };
  const endLine = (): void => {
    if (lost > 0) assembly.lost(lost);
    else assembly.line(pieces.take());
    lost = 0;
  };
  /** The last chunk ended with CR: an LF at the beginning of the next one belongs to the same line break. */
  let isHalfBreak = false;
  const read = (chunk: Buffer, isEnough = never): Buffer | undefined => {
    const breaks = new LineBreaks(chunk);
    let start = isHalfBreak && chunk[0] === LF ? 1 : 0;
    isHalfBreak &&= chunk.length === 0;
    for (let at = breaks.from(start); at >= 0; at = breaks.from(start)) {
      add(chunk.subarray(start, at));
      endLine();
      start = breaks.after(at);
      isHalfBreak = chunk[at] === CR && start === at + 1 && start === chunk.length;
      if (isEnough() && start < chunk.length) return chunk.subarray(start);
    }
    add(chunk.subarray(start));
    return undefined;
  };
  const end = (): void => {
    if (pieces.length > 0 || lost > 0) endLine();
    assembly.dispatch();
  };
  return Object.assign(read, { end });
}

/** The line breaks of one chunk. Each is searched for once. */
class LineBreaks {
  readonly #chunk: Buffer;
  #lf = -1;
  #cr = -1;

  constructor(chunk: Buffer) {
    this.#chunk = chunk;
  }

  /** The first break at or after `start`, which never decreases; -1 if there is none. */
  from(start: number): number {
    if (this.#lf < start) this.#lf = this.#find(LF, start);
    if (this.#cr < start) this.#cr = this.#find(CR, start);
    const first = Math.min(this.#lf, this.#cr);
    return first === NONE ? -1 : first;
  }

  /** Where the next line begins. */
  after(at: number): number {
    return this.#chunk[at] === CR && this.#chunk[at + 1] === LF ? at + 2 : at + 1;
  }

  #find(byte: number, start: number): number {
    const at = this.#chunk.indexOf(byte, start);
    return at < 0 ? NONE : at;
  }
}

/** Puts events together from their lines. */
class EventAssembly {
  readonly #events: SseEvents;
  readonly #limit: number;
  #data: Buffer[] = [];
  #size = 0;
  #id: string | undefined;
  #type: string | undefined;
  #isFirst = true;

  constructor(events: SseEvents, limit: number) {
    this.#events = events;
    this.#limit = limit;
  }

  line(raw: Buffer): void {
    const text = this.#isFirst ? withoutBom(raw) : raw;
    this.#isFirst = false;
    const colon = text.indexOf(0x3a);
    if (text.length === 0) this.dispatch();
    // A line that begins with a colon is a comment, sent as keep-alive.
    else if (colon !== 0) this.#fieldLine(text, colon);
  }

  /** A line was dropped for its size. */
  lost(bytes: number): void {
    this.#isFirst = false;
    this.#size += bytes;
  }

  /** Passes on the event, if it has data. */
  dispatch(): void {
    const parts = this.#data;
    const total = this.#size;
    const type = this.#type;
    this.#data = [];
    this.#size = 0;
    this.#type = undefined;
    if (total > this.#limit) this.#events.tooLarge(total);
    else if (parts.length > 0)
      this.#events.event({
        data: parts.length === 1 ? (parts[0] as Buffer) : join(parts),
        id: this.#id,
        type,
      });
  }

  #fieldLine(text: Buffer, colon: number): void {
    if ((colon < 0 ? text.length : colon) > LONGEST_NAME) return;
    const name = text.toString('latin1', 0, colon < 0 ? text.length : colon);
    const start = colon < 0 ? text.length : text[colon + 1] === 0x20 ? colon + 2 : colon + 1;
    this.#field(name, text.subarray(start));
  }

  #field(name: string, value: Buffer): void {
    if (name === 'data') {
      this.#size += this.#data.length < MAX_DATA_LINES ? value.length : this.#limit + 1;
      if (this.#size <= this.#limit) this.#data.push(value);
      else this.#data = [];
    } else if (value.length > MAX_FIELD_BYTES) return;
    else if (name === 'id') {
      if (!value.includes(0)) this.#id = value.toString();
    } else if (name === 'event') this.#type = value.toString();
    else if (name === 'retry' && /^\d+$/.test(value.toString())) this.#events.retry(Number(value.toString()));
  }
}

const never = (): boolean => false;

const join = (parts: readonly Buffer[]): Buffer =>
  Buffer.concat(parts.flatMap((part, i) => (i === 0 ? [part] : [BLANK, part])));

const withoutBom = (text: Buffer): Buffer =>
  text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? text.subarray(3) : text;

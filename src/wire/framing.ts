import { isUtf8 } from 'node:buffer';
import { stripVTControlCharacters } from 'node:util';
import { GatewayError } from '../errors.ts';
import type { Envelope } from './envelope.ts';
import { readLine } from './line.ts';
import { createMultiline } from './multiline.ts';
import { answerTooLarge } from './oversize.ts';
import { createPieces } from './pieces.ts';

export const DEFAULT_LIMIT_BYTES = 256 * 1024 * 1024;

/** Control characters but tab and line feed, and the BOM. */
const UNPRINTABLE = /(?![\t\n])[\p{Cc}\ufeff]/gu;

/** Noise is shown to people: this many characters of it at most. */
const SHOWN = 2_000;

export interface FramerEvents {
  /** One JSON object that is a JSON-RPC message, valid JSON and valid UTF-8, without line breaks. */
  message(bytes: Buffer, envelope: Envelope): void;
  /** What was no message: printable text, cut to a length for display, and how many bytes it really had (line break not counted). */
  noise(text: string, bytes: number): void;
  /** A message over the limit was dropped. Where its id could be seen, an error answer for it goes to `message` as well. */
  tooLarge?(error: GatewayError): void;
}

export interface Framer {
  push(chunk: Buffer): void;
  /** The stream has ended: what is left is a last line. */
  end(): void;
}

/** A line over the limit: its first and last bytes, and how many there were. */
interface Dropped {
  readonly head: Buffer;
  tail: Buffer;
  bytes: number;
}

/**
 * Newline-delimited JSON-RPC out of chunks of any size, from a stream on which anything may be printed besides.
 * Chunks are kept, not copied, until their line is whole; a line is copied only where it spans chunks.
 */
export function createFramer(events: FramerEvents, limit: number = DEFAULT_LIMIT_BYTES): Framer {
  const pieces = createPieces(true);
  const sink = {
    message: events.message.bind(events),
    noise: (bytes: Buffer) => events.noise(display(bytes), bytes.length),
  };
  const multiline = createMultiline(sink, limit);
  let dropping: Dropped | undefined;

  function take(part: Buffer): void {
    if (dropping) {
      dropping.bytes += part.length;
      dropping.tail = tailOf(dropping.tail, part);
    } else if (pieces.length + part.length > limit) {
      const head = pieces.take(part);
      dropping = {
        head: Buffer.from(head.subarray(0, 256)),
        tail: tailOf(Buffer.alloc(0), head),
        bytes: head.length,
      };
    } else {
      pieces.add(part);
    }
  }

  function finish(): void {
    const line = pieces.take();
    if (dropping) finishDropped(dropping);
    else if (!multiline.line(line)) readLine(isUtf8(line) ? line : repaired(line), sink);
  }

  function finishDropped({ head, tail, bytes }: Dropped): void {
    dropping = undefined;
    events.noise(display(head), bytes);
    const error = new GatewayError(
      'MESSAGE_TOO_LARGE',
      `a message of ${bytes} bytes exceeds the limit of ${limit}`,
      {
        hint: 'ask the server for less at a time',
      },
    );
    events.tooLarge?.(error);
    answerTooLarge(head, tail, error, sink);
  }

  return {
    push(chunk) {
      let start = 0;
      for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
        take(chunk.subarray(start, end));
        finish();
        start = end + 1;
      }
      if (start < chunk.length) take(start === 0 ? chunk : chunk.subarray(start));
    },
    end() {
      if (dropping || pieces.length > 0) finish();
      multiline.end();
    },
  };
}

const tailOf = (before: Buffer, part: Buffer): Buffer =>
  Buffer.concat([before, part.subarray(-256)]).subarray(-256);

/** Bytes that are no UTF-8 become U+FFFD, as every decoder downstream would show them; most would refuse them instead. */
const repaired = (line: Buffer): Buffer => Buffer.from(line.toString('utf8'));

/** Terminal sequences and control characters must not reach the terminal of whoever reads the log. */
export function display(bytes: Buffer): string {
  const text = stripVTControlCharacters(bytes.toString('utf8', 0, SHOWN * 4))
    .replace(UNPRINTABLE, '')
    .trim();
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

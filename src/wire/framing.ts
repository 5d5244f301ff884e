/** Newline-delimited JSON-RPC from a stream on which anything else may be printed as well. */

import { isUtf8 } from 'node:buffer';
import { stripVTControlCharacters } from 'node:util';
import { GatewayError } from '../errors.ts';
import { cutBytes, cutEnd } from '../model/text/cut.ts';
import type { Envelope } from './envelope.ts';
import { readLine } from './line.ts';
import { createMultiline } from './multiline.ts';
import { answerTooLarge, OversizedLine } from './oversize.ts';
import { createPieces } from './pieces.ts';

export const DEFAULT_LIMIT_BYTES = 256 * 1024 * 1024;

/** Control characters except tab and line feed, and the BOM. */
const UNPRINTABLE = /(?![\t\n])[\p{Cc}\ufeff]/gu;

/** Noise is shown to people, up to this length. */
const SHOWN_CHARACTERS = 2_000;

const LF = 0x0a;

export interface FramerEvents {
  /** One JSON object that is a JSON-RPC message, valid JSON and valid UTF-8, without line breaks. */
  message(bytes: Buffer, envelope: Envelope): void;
  /** Anything that is not a message: printable text, cut for display, and its size without the line break. */
  noise(text: string, bytes: number): void;
  /**
   * A message over the limit was dropped. If its id was found, `message` gets an error answer to it as well.
   */
  tooLarge?(error: GatewayError): void;
}

export interface Framer {
  /**
   * @param isEnough asked after each line. Once it is true, the rest of the chunk is returned unread: it must
   *   be pushed again before any other chunk
   */
  push(chunk: Buffer, isEnough?: () => boolean): Buffer | undefined;
  /** The stream has ended: the rest is its last line. */
  end(): void;
}

/**
 * Takes chunks of any size. They are kept, not copied, until their line is complete; a line is copied only if
 * it spans several chunks.
 * @param limit bytes of one line, above which it is dropped
 */
export function createFramer(events: FramerEvents, limit: number = DEFAULT_LIMIT_BYTES): Framer {
  const pieces = createPieces(true);
  const sink = {
    message: events.message.bind(events),
    noise: (bytes: Buffer) => events.noise(display(bytes), bytes.length),
  };
  const multiline = createMultiline(sink, limit);
  let oversized: OversizedLine | undefined;

  function take(part: Buffer): void {
    if (oversized) oversized.add(part);
    else if (pieces.length + part.length > limit) oversized = new OversizedLine([...pieces.drain(), part]);
    else pieces.add(part);
  }

  function finish(): void {
    const line = pieces.take();
    if (oversized) drop(oversized);
    else if (!multiline.line(line)) readLine(isUtf8(line) ? line : repaired(line), sink);
  }

  function drop({ head, tail, bytes }: OversizedLine): void {
    oversized = undefined;
    events.noise(display(head, bytes), bytes);
    const error = tooLargeError(bytes, limit);
    events.tooLarge?.(error);
    answerTooLarge(head, tail, error, sink);
  }

  return {
    push(chunk, isEnough) {
      let start = 0;
      for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
        take(chunk.subarray(start, end));
        finish();
        start = end + 1;
        if (isEnough?.() && start < chunk.length) return chunk.subarray(start);
      }
      if (start < chunk.length) take(chunk.subarray(start));
      return undefined;
    },
    end() {
      if (oversized || pieces.length > 0) finish();
      multiline.end();
    },
  };
}

const tooLargeError = (bytes: number, limit: number): GatewayError =>
  new GatewayError('MESSAGE_TOO_LARGE', `a message of ${bytes} bytes exceeds the limit of ${limit}`, {
    hint: 'ask the server for less at a time',
  });

/** Replaces invalid UTF-8 by U+FFFD, as decoders do. Most clients would refuse the message otherwise. */
const repaired = (line: Buffer): Buffer => Buffer.from(line.toString('utf8'));

/**
 * Text for people, without terminal sequences and control characters, which must not reach a terminal.
 * @param ofBytes size of the whole text, if `bytes` is only its beginning
 */
export function display(bytes: Buffer, ofBytes?: number): string {
  const text = cutBytes(bytes, SHOWN_CHARACTERS * 4, ofBytes);
  return cutEnd(stripVTControlCharacters(text).replace(UNPRINTABLE, '').trim(), SHOWN_CHARACTERS);
}

/** Messages that are printed over several lines. */
import { isUtf8 } from 'node:buffer';
import { readEnvelope } from './envelope.ts';
import { hasMessage, type LineSink } from './line.ts';
import { messageKind } from './message.ts';
import { isBlank, trimStart } from './trim.ts';

const MAX_BYTES = 8 * 1024 * 1024;
const MAX_LINES = 200_000;
/**
 * Each line that is just `}` costs one reading of everything held. Tries, and their cost in all, are bounded.
 */
const MAX_TRIES = 64;
const MAX_COST_BYTES = 2 * MAX_BYTES;
/** Joining a line costs as much as reading this many bytes. */
const LINE_COST_BYTES = 64;
/** Held lines that are reported one by one if they are no message; the others are reported together. */
const MAX_REPORTED = 100;

const BLANK = Buffer.from(' ');
const LINE_BREAK = Buffer.from('\n');
const OPEN = 0x7b;
const CLOSE = 0x7d;

export interface Multiline {
  /** True if the line was taken: it belongs to a pretty-printed message, or is held until that is known. */
  line(line: Buffer): boolean;
  /** The stream has ended: held lines are noise. */
  end(): void;
}

/**
 * Recognizes only the unambiguous form: from a line that is just `{` to a line that is just `}`, if all of it
 * is a valid message. A complete message on a line in between shows that the `{` was something else.
 */
export function createMultiline(sink: LineSink, limit: number): Multiline {
  const bound = Math.min(limit, MAX_BYTES);
  let held: Buffer[] = [];
  let bytes = 0;
  let tries = 0;
  let cost = 0;

  function forget(): Buffer[] {
    const lines = held;
    held = [];
    bytes = tries = cost = 0;
    return lines;
  }

  function giveUp(): void {
    const lines = forget();
    for (const line of lines.slice(0, MAX_REPORTED)) sink.noise(line);
    const rest = lines
      .slice(MAX_REPORTED)
      .flatMap((line, index) => (index === 0 ? line : [LINE_BREAK, line]));
    if (rest.length > 0) sink.noise(Buffer.concat(rest));
  }

  function tryWhole(): void {
    // Valid JSON has line breaks only between tokens, so blanks in their place change nothing.
    const whole = Buffer.concat(held.flatMap((line, index) => (index === 0 ? [line] : [BLANK, line])));
    for (let at = whole.indexOf(0x0d); at !== -1; at = whole.indexOf(0x0d, at)) whole[at] = 0x20;
    const envelope = isUtf8(whole) ? readEnvelope(whole) : undefined;
    if (envelope && messageKind(whole, envelope)) {
      forget();
      sink.message(whole, envelope);
      return;
    }
    tries += 1;
    cost += whole.length + held.length * LINE_COST_BYTES;
    if (tries >= MAX_TRIES || cost > MAX_COST_BYTES) giveUp();
  }

  return {
    line(line) {
      const trimmed = trimStart(line);
      if (held.length === 0 && !isOnly(trimmed, OPEN)) return false;
      if (hasMessage(line)) {
        giveUp();
        return false;
      }
      held.push(held.length === 0 ? trimmed : line);
      bytes += line.length;
      if (bytes > bound || held.length > MAX_LINES) giveUp();
      else if (isOnly(line, CLOSE)) tryWhole();
      return true;
    },
    end: giveUp,
  };
}

const isOnly = (line: Buffer, byte: number): boolean => line[0] === byte && isBlank(line.subarray(1));

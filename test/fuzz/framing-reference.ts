/** The messages in the output of a server, found by reading the whole text with JSON.parse: slow, and without any state. */
import { isUtf8 } from 'node:buffer';
import { depthOf, parsed } from './json-text.ts';

/** Decoration before a message: blanks, NUL, BOM, terminal sequences. */
const DECORATION =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal sequences begin with one
  /^(?:[\0\t\n\v\f\r ]|\ufeff|\x1b\[[ -?]*[@-~]|\x1b\][^\x07\x1b]{0,253}(?:\x07|\x1b\\)|\x1b[@-Z\\^_])*/;
const MAX_TRIES = 64;
const MAX_DEPTH = 1_000;

const trimStart = (text: string): string => text.slice(DECORATION.exec(text)?.[0].length);
const isBlank = (text: string): boolean => trimStart(text) === '';

export interface Reference {
  readonly messages: readonly unknown[];
  /** Number of lines over the limit. */
  readonly dropped: number;
}

/** @param limit bytes of a line, above which it is dropped */
export function readWhole(output: Buffer, limit: number): Reference {
  const reading: Reading = { messages: [], held: [], tries: 0, limit };
  let dropped = 0;
  for (const line of linesOf(output)) {
    if (line.length > limit) dropped++;
    else readLine(reading, line);
  }
  return { messages: reading.messages, dropped };
}

interface Reading {
  readonly messages: unknown[];
  /** Lines of a message that is printed over several lines. */
  held: Buffer[];
  tries: number;
  /** Bytes of all lines that are held together. */
  readonly limit: number;
}

function linesOf(output: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = output.indexOf('\n'); end >= 0; end = output.indexOf('\n', start)) {
    lines.push(output.subarray(start, end));
    start = end + 1;
  }
  return start < output.length ? [...lines, output.subarray(start)] : lines;
}

function readLine(reading: Reading, line: Buffer): void {
  const text = line.toString();
  const begins = /^\{/.test(trimStart(text)) && isBlank(trimStart(text).slice(1));
  if (reading.held.length > 0 && messagesOn(text).length > 0) forget(reading);
  else if (reading.held.length > 0 || begins) {
    hold(reading, line);
    return;
  }
  reading.messages.push(...messagesOn(text));
}

const forget = (reading: Reading): void => {
  reading.held = [];
  reading.tries = 0;
};

function hold(reading: Reading, line: Buffer): void {
  reading.held.push(line);
  if (reading.held.reduce((sum, { length }) => sum + length, 0) > reading.limit) {
    forget(reading);
    return;
  }
  const text = line.toString();
  if (!text.startsWith('}') || !isBlank(text.slice(1))) return;
  const whole = Buffer.concat(reading.held.flatMap((it) => [Buffer.from(' '), it]));
  const joined = trimStart(whole.toString()).replaceAll('\r', ' ');
  const value = isUtf8(whole) ? parsed(joined)?.value : undefined;
  if (isMessage(value) && depthOf(joined) <= MAX_DEPTH + 1) {
    reading.messages.push(value);
    forget(reading);
  } else if (++reading.tries >= MAX_TRIES) forget(reading);
}

/** Messages at the beginning of a line, or after a banner at its end, or in a batch. */
function messagesOn(line: string): unknown[] {
  const { messages, rest } = fromTheFront(trimStart(line));
  if (rest === '') return messages;
  return [...messages, ...(inBatch(rest) ?? afterBanner(rest))];
}

function fromTheFront(line: string): { messages: unknown[]; rest: string } {
  const messages: unknown[] = [];
  let rest = line;
  for (;;) {
    const found = rest.startsWith('{') ? shortest(rest, '}') : undefined;
    if (!found || !isMessage(found.value)) return { messages, rest };
    messages.push(found.value);
    rest = trimStart(found.rest);
  }
}

function inBatch(line: string): unknown[] | undefined {
  const found = line.startsWith('[') ? shortest(line, ']') : undefined;
  if (!found || !isBlank(found.rest) || !Array.isArray(found.value)) return undefined;
  const messages = found.value.filter(isMessage);
  return messages.length > 0 ? messages : undefined;
}

function afterBanner(line: string): unknown[] {
  let at = line.indexOf('{', 1);
  for (let tries = 0; at > 0 && tries < MAX_TRIES; tries++) {
    const { messages, rest } = fromTheFront(line.slice(at));
    if (rest === '') return messages;
    at = line.indexOf('{', at + 1);
  }
  return [];
}

/** The shortest beginning of the text that is JSON and ends with `close`. */
function shortest(text: string, close: string): { value: unknown; rest: string } | undefined {
  for (let end = text.indexOf(close); end >= 0; end = text.indexOf(close, end + 1)) {
    const found = parsed(text.slice(0, end + 1));
    if (found && depthOf(text.slice(0, end + 1)) <= MAX_DEPTH)
      return { value: found.value, rest: text.slice(end + 1) };
  }
  return undefined;
}

function isMessage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { id, method, error } = value as Record<string, unknown>;
  if (typeof method === 'string') return true;
  if (!Object.hasOwn(value, 'id')) return false;
  if (error !== undefined && error !== null) return typeof error === 'object' && !Array.isArray(error);
  return Object.hasOwn(value, 'result') && id !== undefined;
}

/** Locates members of JSON text in bytes, without decoding it: the hot path of the gateway. */
import type { Json } from '../model/text/json.ts';
import { type Doubled, MESSAGE_SHAPE, type Shape, UNKNOWN_METHOD_SHAPE } from './doubled.ts';
import { skipSpace, skipValue, walkObject } from './json.ts';
import { isKnownMethod } from './methods.ts';

/** One JSON value in a buffer, without white space around it: bytes `start` to `end` (exclusive). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Locates the top-level members of one JSON-RPC message. Their values stay undecoded in the buffer. */
export interface Envelope {
  readonly jsonrpc: Span | undefined;
  readonly id: Span | undefined;
  readonly method: Span | undefined;
  readonly params: Span | undefined;
  readonly result: Span | undefined;
  readonly error: Span | undefined;
  /** The first member that other parsers may take for another one which Hive reads. */
  readonly doubled: Doubled;
}

type MutableEnvelope = { -readonly [key in keyof Envelope]: Envelope[key] };
type Visit = (keyStart: number, keyEnd: number, valueStart: number, valueEnd: number) => void;

type MemberName = Exclude<keyof Envelope, 'doubled'>;

const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const NULL = Buffer.from('null');

/** Calls `visit` with the bounds of each key, quotes included, and of its value. */
function visitMembers(text: Buffer, start: number, visit: Visit): void {
  walkObject(text, start, (keyStart, keyEnd, valueStart) => {
    const valueEnd = skipValue(text, valueStart);
    if (valueEnd >= 0) visit(keyStart, keyEnd, valueStart, valueEnd);
    return valueEnd;
  });
}

function isAt(text: Buffer, start: number, bytes: Buffer): boolean {
  for (let i = 0; i < bytes.length; i++) if (text[start + i] !== bytes[i]) return false;
  return true;
}

/** True if the key at `start`..`end` (quotes included) spells `name` once its escapes are resolved. */
function isKey(text: Buffer, start: number, end: number, name: Buffer): boolean {
  const length = end - start - 2;
  if (length <= name.length) return length === name.length && isAt(text, start + 1, name);
  // A longer key can match only by escapes, each of which takes at most six bytes for one.
  return length <= name.length * 6 && unescaped(text, start, end) === name.toString();
}

/** The key at `start`..`end`; undefined if it has no escapes. */
function unescaped(text: Buffer, start: number, end: number): string | undefined {
  return hasEscape(text, start, end) ? JSON.parse(text.toString('utf8', start, end)) : undefined;
}

function hasEscape(text: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (text[i] === BACKSLASH) return true;
  return false;
}

/**
 * The envelope of the object that begins at `start`, and the index after it. Undefined if no valid JSON
 * object begins there: the whole object is validated. Of duplicate members the last one counts, as with
 * JSON.parse.
 */
export function readObject(
  text: Buffer,
  start: number,
  shape: Shape = MESSAGE_SHAPE,
): { readonly envelope: Envelope; readonly end: number } | undefined {
  const envelope: MutableEnvelope = {
    jsonrpc: undefined,
    id: undefined,
    method: undefined,
    params: undefined,
    result: undefined,
    error: undefined,
    doubled: {},
  };
  const end = shape.read(text, start, envelope.doubled, (name, from, to) => {
    envelope[name as MemberName] = { start: from, end: to };
  });
  return end < 0 ? undefined : { envelope, end };
}

/** The envelope of a text that is one JSON object; undefined for any other text. */
export function readEnvelope(text: Buffer, shape?: Shape): Envelope | undefined {
  const read = readObject(text, skipSpace(text, 0), shape);
  return read && skipSpace(text, read.end) === text.length ? read.envelope : undefined;
}

/**
 * The doubled member of a message, as its key is written; undefined if there is none. Hive reads but `_meta`
 * in the params of a method that it does not know.
 */
export function doubledIn(text: Buffer, { doubled, method }: Envelope): Doubled | undefined {
  if (doubled.key === undefined) return undefined;
  if (!method || doubled.level === 0 || isKnownMethod(stringAt(text, method) ?? '')) return doubled;
  const again = readEnvelope(text, UNKNOWN_METHOD_SHAPE)?.doubled;
  return again?.key === undefined ? undefined : again;
}

/** The value at `path` within the object at `span` of valid JSON; undefined if a member is missing. */
export function member(text: Buffer, span: Span | undefined, ...path: readonly string[]): Span | undefined {
  let found = span;
  for (const name of path) found = found && memberNamed(text, found, Buffer.from(name));
  return found;
}

function memberNamed(text: Buffer, span: Span, name: Buffer): Span | undefined {
  return wholeMember(text, span, name)?.value;
}

/** A member of the object at `span`: the start of its key, and its value. */
export function wholeMember(
  text: Buffer,
  span: Span,
  name: Buffer,
): { readonly start: number; readonly value: Span } | undefined {
  let found: { start: number; value: Span } | undefined;
  visitMembers(text, span.start, (keyStart, keyEnd, start, end) => {
    if (isKey(text, keyStart, keyEnd, name)) found = { start: keyStart, value: { start, end } };
  });
  return found;
}

export interface Member {
  readonly name: string;
  /** Start of the key, quotes included. */
  readonly start: number;
  readonly value: Span;
}

/** All members of the object at `span` of valid JSON; empty for other values. */
export function members(text: Buffer, span: Span): Member[] {
  const found: Member[] = [];
  visitMembers(text, span.start, (keyStart, keyEnd, start, end) => {
    const name = stringAt(text, { start: keyStart, end: keyEnd }) as string;
    found.push({ name, start: keyStart, value: { start, end } });
  });
  return found;
}

/** The elements of the array at `span` of valid JSON, but no more than `max`; empty for other values. */
export function elements(text: Buffer, span: Span, max = Number.POSITIVE_INFINITY): Span[] {
  const found: Span[] = [];
  for (const element of eachElement(text, span)) {
    if (found.length >= max) return found;
    found.push(element);
  }
  return found;
}

/** Finds the elements of an array one by one, for arrays that may be too long to read in one go. */
export function* eachElement(text: Buffer, span: Span): Generator<Span, void> {
  if (!isArray(text, span)) return;
  let i = skipSpace(text, span.start + 1);
  while (text[i] !== 0x5d) {
    const end = skipValue(text, i);
    if (end < 0) return;
    yield { start: i, end };
    i = skipSpace(text, end);
    if (text[i] === 0x2c) i = skipSpace(text, i + 1);
  }
}

/** The span of a text that is one value. */
export const whole = (text: Buffer): Span => ({ start: 0, end: text.length });

/** True if the value at `span` is an object. */
export const isObject = (text: Buffer, span: Span): boolean => text[span.start] === OPEN_BRACE;

/** True if the value at `span` is an array. */
export const isArray = (text: Buffer, span: Span): boolean => text[span.start] === OPEN_BRACKET;

/** The value at `span`, sharing memory with `text`. */
export const slice = (text: Buffer, span: Span): Json => text.subarray(span.start, span.end) as Json;

export const isNull = (text: Buffer, span: Span): boolean =>
  span.end - span.start === 4 && isAt(text, span.start, NULL);

/** The string at `span`; undefined for other values. */
export function stringAt(text: Buffer, span: Span | undefined): string | undefined {
  if (!span || text[span.start] !== 0x22) return undefined;
  const { start, end } = span;
  if (hasEscape(text, start, end)) return JSON.parse(text.toString('utf8', start, end));
  return text.toString('utf8', start + 1, end - 1);
}

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly with: Buffer;
}

/**
 * A copy of JSON text with each range replaced. Ranges must not overlap; their order does not matter. The
 * edits must keep the text valid.
 */
export function splice(text: Buffer, edits: readonly Edit[]): Json {
  const [only] = edits;
  if (only && edits.length === 1)
    return Buffer.concat([text.subarray(0, only.start), only.with, text.subarray(only.end)]) as Json;
  const parts: Buffer[] = [];
  let done = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    parts.push(text.subarray(done, edit.start), edit.with);
    done = edit.end;
  }
  parts.push(text.subarray(done));
  return Buffer.concat(parts) as Json;
}

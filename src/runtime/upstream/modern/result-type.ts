/** `resultType` of a modern result, found without walking over the result where serialisers put it: first or last. */
import { type Span, splice, stringAt, whole, wholeMember } from '../../../wire/envelope.ts';
import { skipColon, skipSpace, skipString, skipValue } from '../../../wire/json.ts';

const NAME = Buffer.from('resultType');
const KEY = Buffer.from('"resultType"');
/** A result ends with its small members; further than that nothing is gained by guessing. */
const TAIL = 2_048;

export interface ResultType {
  readonly type: string;
  /** From the key's first byte to behind the value. */
  readonly span: Span;
}

/** Undefined for a result without one, which counts as `complete`. */
export function resultTypeOf(result: Buffer): ResultType | undefined {
  return atHead(result) ?? atTail(result) ?? anywhere(result);
}

/** The result as the legacy era knows it. */
export function withoutResultType(result: Buffer, found: ResultType | undefined): Buffer {
  if (!found) return result;
  const { start, end } = found.span;
  const behind = skipSpace(result, end);
  if (result[behind] === COMMA) return splice(result, [{ start, end: behind + 1, with: NOTHING }]);
  const before = result.lastIndexOf(',', start);
  // No comma on either side: it was the only member, and what stands before is the brace.
  const from = before >= 0 && skipSpace(result, before + 1) === start ? before : start;
  return splice(result, [{ start: from, end, with: NOTHING }]);
}

function atHead(result: Buffer): ResultType | undefined {
  const start = skipSpace(result, 1);
  return isKey(result, start) ? read(result, start) : undefined;
}

/**
 * An object whose members run on to the end of the text is the outermost one; a quote that follows a comma or a brace is no part of a
 * string, since in there quotes are escaped.
 */
function atTail(result: Buffer): ResultType | undefined {
  const from = Math.max(0, result.length - TAIL);
  const start = from + result.subarray(from).lastIndexOf(KEY);
  if (start <= from) return undefined;
  const before = result[start - 1];
  if (before !== COMMA && before !== OPEN) return undefined;
  const found = read(result, start);
  return found && endsHere(result, found.span.end) ? found : undefined;
}

function endsHere(text: Buffer, from: number): boolean {
  let i = skipSpace(text, from);
  while (text[i] === COMMA) {
    const key = skipString(text, skipSpace(text, i + 1));
    const value = key < 0 ? -1 : skipColon(text, key);
    const end = value < 0 ? -1 : skipValue(text, value);
    if (end < 0) return false;
    i = skipSpace(text, end);
  }
  return text[i] === CLOSE && skipSpace(text, i + 1) === text.length;
}

function anywhere(result: Buffer): ResultType | undefined {
  const found = wholeMember(result, whole(result), NAME);
  const type = stringAt(result, found?.value);
  if (!found || type === undefined) return undefined;
  return { type, span: { start: found.start, end: found.value.end } };
}

const isKey = (text: Buffer, at: number): boolean => text.subarray(at, at + KEY.length).equals(KEY);

function read(text: Buffer, start: number): ResultType | undefined {
  const from = skipColon(text, start + KEY.length);
  const end = from < 0 ? -1 : skipString(text, from);
  const type = end < 0 ? undefined : stringAt(text, { start: from, end });
  return type === undefined ? undefined : { type, span: { start, end } };
}

const COMMA = 0x2c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const NOTHING = Buffer.alloc(0);

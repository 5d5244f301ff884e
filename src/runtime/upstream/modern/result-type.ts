/**
 * `resultType` of a modern result. Serializers put it first or last, where it is found without reading the
 * rest.
 */
import type { Json } from '../../../model/text/json.ts';
import { type Span, splice, stringAt, whole, wholeMember } from '../../../wire/envelope.ts';
import { skipColon, skipSpace, skipString, skipValue } from '../../../wire/json.ts';

const NAME = Buffer.from('resultType');
const KEY = Buffer.from('"resultType"');
/** How far from the end the member is looked for: results end with their small members. */
const TAIL_BYTES = 2_048;

export interface ResultType {
  readonly type: string;
  /** The member: from the first byte of its key to the end of its value. */
  readonly span: Span;
}

/** Undefined for a result without `resultType`, which counts as `complete`. */
export function resultTypeOf(result: Json): ResultType | undefined {
  return atHead(result) ?? atTail(result) ?? anywhere(result);
}

/** The result in the form of the legacy era. */
export function withoutResultType(result: Json, found: ResultType | undefined): Json {
  if (!found) return result;
  const { start, end } = found.span;
  const behind = skipSpace(result, end);
  if (result[behind] === COMMA) return splice(result, [{ start, end: behind + 1, with: NOTHING }]);
  const before = result.lastIndexOf(',', start);
  // Without a comma on either side it is the only member.
  const from = before >= 0 && skipSpace(result, before + 1) === start ? before : start;
  return splice(result, [{ start: from, end, with: NOTHING }]);
}

function atHead(result: Json): ResultType | undefined {
  const start = skipSpace(result, 1);
  return isKey(result, start) ? read(result, start) : undefined;
}

/**
 * Members that run to the end of the text belong to the outermost object. A quote after a comma or a brace is
 * not inside a string, where quotes are escaped.
 */
function atTail(result: Json): ResultType | undefined {
  const from = Math.max(0, result.length - TAIL_BYTES);
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

function anywhere(result: Json): ResultType | undefined {
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

/** Examines a definition: whether all official SDKs accept it, and if not, how it can be mended. */
import { isRecord } from '../../../model/collections/is-record.ts';
import type { Span } from '../../../wire/envelope.ts';
import { MAX_DEPTH, skipString, skipValue } from '../../../wire/json.ts';
import type { Rule } from './rule.ts';

/** How a definition may be shown. */
export type Examined =
  | { readonly verdict: 'good' }
  /** `json` is its text with the changes, each of which is a sentence. */
  | { readonly verdict: 'mended'; readonly json: string; readonly changes: readonly string[] }
  | { readonly verdict: 'bad'; readonly reason: string };

/** Python reads no more than 195 levels, the message around the definition included. */
const MAX_LEVELS = 128;
/** Longer definitions are not decoded to be mended. In bytes. */
const MAX_MENDED_BYTES = 1024 * 1024;
/** Python reads no longer numbers. */
const MAX_DIGITS = 4_000;

/** @param span of the definition, valid JSON */
export function examine(rule: Rule, text: Buffer, span: Span): Examined {
  if (skipValue(text, span.start, MAX_DEPTH - MAX_LEVELS) < 0)
    return { verdict: 'bad', reason: `it has more than ${MAX_LEVELS} levels` };
  const isSuspect = hasSuspectText(text, span);
  const fits = rule.fits(text, span);
  if (fits && !isSuspect) return { verdict: 'good' };
  if (span.end - span.start > MAX_MENDED_BYTES)
    return {
      verdict: 'bad',
      reason: `clients cannot read it, and it has more than ${MAX_MENDED_BYTES} bytes`,
    };
  const source = text.toString('utf8', span.start, span.end);
  const hasHalves = isSuspect && !isWellFormed(JSON.parse(source));
  const hasLongNumber = isSuspect && longestNumber(text, span) > MAX_DIGITS;
  if (fits && !hasHalves && !hasLongNumber) return { verdict: 'good' };
  return mend(rule, JSON.parse(source), hasHalves, hasLongNumber);
}

function mend(rule: Rule, value: unknown, hasHalves: boolean, hasLongNumber: boolean): Examined {
  const changes: string[] = [];
  if (hasHalves) changes.push('halves of characters are replaced');
  if (hasLongNumber) changes.push('a number with thousands of digits is shortened');
  const mended = rule.mend(hasHalves ? wellFormed(value) : value, '', (place, change) => {
    changes.push(`${place} ${change}`);
  });
  const json = mended === undefined ? undefined : JSON.stringify(mended);
  const bytes = json === undefined ? undefined : Buffer.from(json);
  if (json !== undefined && bytes && rule.fits(bytes, { start: 0, end: bytes.length }))
    return { verdict: 'mended', json, changes };
  return { verdict: 'bad', reason: changes.at(-1) ?? `it is not ${rule.what}` };
}

const [QUOTE, BACKSLASH, LOWER_U, LOWER_D, UPPER_D] = [0x22, 0x5c, 0x75, 0x64, 0x44];

/** True if the text may hold half a surrogate pair, which Python refuses, or a number that is too long. */
function hasSuspectText(text: Buffer, { start, end }: Span): boolean {
  const part = text.subarray(start, end);
  for (let i = part.indexOf(BACKSLASH); i >= 0; i = part.indexOf(BACKSLASH, i + 2))
    if (part[i + 1] === LOWER_U && (part[i + 2] === LOWER_D || part[i + 2] === UPPER_D)) return true;
  return part.length > MAX_DIGITS && longestNumber(text, { start, end }) > MAX_DIGITS;
}

/** Length of the longest row of digits that is not in a string. */
function longestNumber(text: Buffer, { start, end }: Span): number {
  let [longest, current] = [0, 0];
  for (let i = start; i < end; ) {
    const byte = text[i] as number;
    if (byte === QUOTE) {
      i = skipString(text, i);
      continue;
    }
    current = byte >= 0x30 && byte <= 0x39 ? current + 1 : 0;
    if (current > longest) longest = current;
    i += 1;
  }
  return longest;
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, member]) => name.isWellFormed() && isWellFormed(member));
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.toWellFormed(), wellFormed(member)]),
  );
}

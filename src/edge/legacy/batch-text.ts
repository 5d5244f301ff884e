/** JSON-RPC batches as text. Only revision 2025-03-26 has them (basic, Batching). */
import { isUtf8 } from 'node:buffer';
import { elements, slice } from '../../wire/envelope.ts';
import { skipSpace, skipValue } from '../../wire/json.ts';

const OPEN_BRACKET = 0x5b;
const MAX_MESSAGES = 100;

export const isBatch = (text: Buffer): boolean => text[skipSpace(text, 0)] === OPEN_BRACKET;

/**
 * The messages of a batch, or why there are none: `parse` if it is not JSON, `size` if it is empty or too
 * long.
 */
export function splitBatch(text: Buffer): Buffer[] | 'parse' | 'size' {
  const start = skipSpace(text, 0);
  const end = isUtf8(text) ? skipValue(text, start) : -1;
  // No value ends at -1, behind which there is no end of the text either.
  if (skipSpace(text, end) !== text.length) return 'parse';
  const spans = elements(text, { start, end });
  if (spans.length === 0 || spans.length > MAX_MESSAGES) return 'size';
  return spans.map((span) => slice(text, span));
}

export const BATCH_SIZE_PROBLEM = `a batch holds 1 to ${MAX_MESSAGES} messages`;

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

/** The array of these responses, in pieces. */
export function joinBatch(responses: readonly (readonly Buffer[])[]): Buffer[] {
  return [OPEN, ...responses.flatMap((response, index) => (index ? [COMMA, ...response] : response)), CLOSE];
}

/** The error for a query that cannot be understood: it points at the place, and says what to write. */
import { GatewayError } from '../../errors.ts';
import { cutEnd } from '../../model/text/cut.ts';
import { oneLine } from '../../model/text/visible.ts';

/** Characters of the query that are shown on each side of the place. */
const SHOWN = 40;

/** Marks `length` characters from `at` in the query. */
export function queryError(
  query: string,
  { at, length }: { readonly at: number; readonly length: number },
  message: string,
  hint: string,
): GatewayError {
  const from = Math.max(0, at - SHOWN);
  const before = oneLine(query.slice(from, at));
  const marked = cutEnd(oneLine(query.slice(at, at + Math.max(1, length))), SHOWN);
  const after = oneLine(query.slice(at + Math.max(1, length), at + length + SHOWN));
  const lead = from > 0 ? '…' : '';
  const pointer = `${' '.repeat(lead.length + before.length)}${'^'.repeat(Math.max(1, marked.length))}`;
  return new GatewayError('USAGE', `${message}\n  ${lead}${before}${marked}${after}\n  ${pointer}`, { hint });
}

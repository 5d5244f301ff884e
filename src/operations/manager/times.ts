/** Times as clients give them. */
import { GatewayError } from '../../errors.ts';
import { durationMs } from '../../model/text/duration.ts';

const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** Unix milliseconds of `2h` before `now`, or of a time of RFC 3339. @throws GatewayError USAGE */
export function readTime(text: string, now: number): number {
  if (/^\d{1,9}[smhd]$/.test(text)) return now - durationMs(text);
  const at = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new GatewayError('USAGE', `not a time: ${text}`, { hint: 'write 10m, 2h, or 2026-11-28T10:00:00Z' });
}

/** Times as clients give them. */
import { GatewayError } from '../../errors.ts';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** Unix milliseconds of `2h` before `now`, or of a time of RFC 3339. @throws GatewayError USAGE */
export function readTime(text: string, now: number): number {
  const [, amount, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (amount !== undefined) return now - Number(amount) * (UNIT_MS[unit] ?? 0);
  const at = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new GatewayError('USAGE', `not a time: ${text}`, { hint: 'write 10m, 2h, or 2026-11-28T10:00:00Z' });
}

/** Times as people type them: durations before now, and dates. */
import { durationMs } from '../../model/text/duration.ts';

/** Longer numbers would lose digits. */
const DURATION = /^(\d{1,9}(\.\d{1,9})?(ms|s|m|h|d))+$/;

/** A date, or a date and time. Without a zone it is UTC, as times are printed. */
const TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Milliseconds of `7d`, `1h30m`, `500ms`; undefined for a text that is no duration. */
export function readDuration(text: string): number | undefined {
  return DURATION.test(text) ? Math.round(durationMs(text)) : undefined;
}

/** Unix milliseconds of a date, or of a duration before now; undefined for a text that is neither. */
export function readTime(text: string, now: number): number | undefined {
  const before = readDuration(text);
  if (before !== undefined) return now - before;
  const [match, zone] = TIME.exec(text) ?? [];
  if (match === undefined) return undefined;
  const isLocal = match.length > 10 && zone === undefined;
  const at = Date.parse(`${match.replace(' ', 'T')}${isLocal ? 'Z' : ''}`);
  return Number.isNaN(at) ? undefined : at;
}

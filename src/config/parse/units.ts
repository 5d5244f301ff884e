/** Durations as they are written in a config. */
import { durationMs as msOf } from '../../model/text/duration.ts';

/** Milliseconds of `30s`, `1m30s`, `500ms`, or of a number of seconds. The schema has checked the grammar. */
export function durationMs(value: string | number): number {
  return Math.round(typeof value === 'number' ? value * 1000 : msOf(value));
}

/** True for a text that `durationMs` can read. */
export const isDuration = (text: string): boolean => /^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text);

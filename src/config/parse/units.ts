/** Durations as they are written in a config. */

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `30s`, `1m30s`, `500ms`, or of a number of seconds. The schema has checked the grammar. */
export function durationMs(value: string | number): number {
  if (typeof value === 'number') return Math.round(value * 1000);
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  const ms = parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNIT_MS[unit] ?? 0), 0);
  return Math.round(ms);
}

/** True for a text that `durationMs` can read. */
export const isDuration = (text: string): boolean => /^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text);

/** Figures in few characters. */

/** Milliseconds without their unit: fractions only where they say something. */
export function msText(ms: number): string {
  return ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : String(Math.round(ms));
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `120 B`, `3.4 kB`, `12 MB`: powers of a thousand. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 9.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

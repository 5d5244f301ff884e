/** Durations without a unit: what they were read as. */
import { isRecord } from '../../model/collections/is-record.ts';
import type { KeyPath } from '../source/source.ts';

interface BareNumber {
  readonly path: KeyPath;
  /** Continues a sentence that begins with the owner of the key. */
  readonly text: string;
}

/** Maps whose numbers are durations, with their keys; undefined: every key. */
const DURATIONS: Readonly<Record<string, readonly string[] | undefined>> = {
  timeouts: undefined,
  healthcheck: ['interval', 'timeout', 'startPeriod', 'startInterval'],
};

/** @param data an entry, or `defaults` or one of its maps */
export function bareNumbers(data: unknown): BareNumber[] {
  if (!isRecord(data)) return [];
  const found: BareNumber[] = [];
  const look = (path: readonly string[], value: unknown): void => {
    const key = path.at(-1);
    if (typeof value === 'number' && value !== 0)
      found.push({
        path,
        text: `"${path.join('.')}" is ${value} seconds, having no unit: write ${key}: ${value}s`,
      });
  };
  look(['stopGrace'], data.stopGrace);
  for (const [name, keys] of Object.entries(DURATIONS)) {
    const map = data[name];
    if (isRecord(map))
      for (const [key, value] of Object.entries(map))
        if (keys === undefined || keys.includes(key)) look([name, key], value);
  }
  return found;
}

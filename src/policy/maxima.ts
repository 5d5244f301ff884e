/** Limits of servers that clients ask for: never more than the file allows. */
import type { Maxima } from '../model/access/builtin-keys.ts';
import { defined } from '../model/collections/defined.ts';
import { DEFAULT_LIMITS } from '../model/desired.ts';

export interface Limits {
  readonly cpus?: number | undefined;
  /** In the units of Compose: `512m`. */
  readonly memory?: string | undefined;
  readonly pids?: number | undefined;
}

export interface Clamped {
  /** As keys of an entry; absent where neither the wish nor the file says anything. */
  readonly limits: Limits;
  /** What was made smaller: `cpus 4 → 2`. */
  readonly changes: readonly string[];
}

export function clampLimits(wanted: Limits, max: Maxima): Clamped {
  const changes: string[] = [];
  const clamp = <K extends keyof Limits>(key: K, bytes: (value: Limits[K]) => number): Limits[K] => {
    const most = max[key] as Limits[K];
    const wish = wanted[key];
    if (most === undefined) return wish;
    const asked = wish ?? (DEFAULT_LIMITS[key] as Limits[K]);
    if (bytes(asked) <= bytes(most)) return asked;
    if (wish !== undefined) changes.push(`${key} ${wish} → ${most}`);
    return most;
  };
  const limits = {
    cpus: clamp('cpus', Number),
    memory: clamp('memory', memoryBytes),
    pids: clamp('pids', Number),
  };
  return { limits: defined(limits), changes };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** NaN for a text that is no size. */
export function memoryBytes(size: string | undefined): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)([bkmg]?)b?$/i.exec(size ?? '') ?? [];
  return amount === '' ? Number.NaN : Number(amount) * (UNITS[unit.toLowerCase()] ?? Number.NaN);
}

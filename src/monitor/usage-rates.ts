/** Figures per second from two readings of figures that grow. */
import type { Usage } from '../model/watch/usage.ts';
import type { Stored } from './server-rings.ts';

/** The server's usage as it is stored. @param before undefined: nothing that needs two readings is known */
export function figuresBetween(before: Usage | undefined, after: Usage): readonly [Stored, number][] {
  const cpu = growth(before, after, 'cpuSeconds');
  const figures: readonly [Stored, number | undefined][] = [
    ['cpu', cpu === undefined ? undefined : cpu * 100],
    ['memory', after.memoryBytes],
    ['memoryLimit', after.memoryLimitBytes],
    ['received', growth(before, after, 'receivedBytes')],
    ['sent', growth(before, after, 'sentBytes')],
    ['read', growth(before, after, 'readBytes')],
    ['written', growth(before, after, 'writtenBytes')],
    ['pids', after.pids],
  ];
  return figures.filter((it): it is [Stored, number] => it[1] !== undefined);
}

/** Per second. Undefined for a figure that has shrunk, since the server has begun anew. */
function growth(before: Usage | undefined, after: Usage, figure: keyof Usage): number | undefined {
  const [first, last] = [before?.[figure], after[figure]];
  const ms = after.at - (before?.at ?? after.at);
  if (first === undefined || last === undefined || ms <= 0 || last < first) return undefined;
  return ((last - first) / ms) * 1_000;
}

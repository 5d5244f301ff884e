/** Which files of a log store are to go: the oldest, by age and by the size of all. */
import type { LogLimits } from '../../model/stack.ts';
import { compareSegments, type Segment } from './segments.ts';

export interface SizedSegment {
  readonly segment: Segment;
  /** Name of its file. */
  readonly name: string;
  readonly bytes: number;
}

const DAY_MS = 86_400_000;
/** A file is closed when it has this share of the size: to drop one then loses no more. */
const SHARES = 8;

/** Bytes at which a further file begins. */
export const segmentBytes = ({ sizeBytes }: LogLimits): number => Math.floor(sizeBytes / SHARES);

/** @param files closed ones @param current bytes of the file that is written @param now Unix milliseconds */
export function toDrop(
  files: readonly SizedSegment[],
  current: number,
  { keepMs, sizeBytes }: LogLimits,
  now: number,
): SizedSegment[] {
  const oldestFirst = files.toSorted((a, b) => compareSegments(a.segment, b.segment));
  let total = oldestFirst.reduce((sum, { bytes }) => sum + bytes, current);
  return oldestFirst.filter(({ segment, bytes }) => {
    const isOld = Date.parse(segment.day) + DAY_MS <= now - keepMs;
    if (!isOld && total <= sizeBytes) return false;
    total -= bytes;
    return true;
  });
}

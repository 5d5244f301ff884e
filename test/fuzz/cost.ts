/** Bounds on the processor time that an input may take: other load on the machine does not count. */
import assert from 'node:assert/strict';

/** Longest time for an input that is next to nothing. Garbage collection and compilation are in it. */
const BASE_MS = 400;

/**
 * Runs the work. Throws if it takes more processor time than an input of that size may take.
 * @param size bytes, characters or steps
 * @param microsecondsEach allowed for each of them, far above what linear work needs
 */
export async function withinCost<T>(
  size: number,
  microsecondsEach: number,
  work: () => T | Promise<T>,
): Promise<T> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const limitMs = BASE_MS + (size * microsecondsEach) / 1_000;
  const tookMs = Math.round((user + system) / 1_000);
  assert.ok(
    tookMs <= limitMs,
    `${tookMs} ms of the processor for an input of ${size}; the bound is ${Math.round(limitMs)} ms`,
  );
  return result;
}

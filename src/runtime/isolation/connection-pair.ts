/** The connections of one server in one era. */
import type { Upstream } from '../upstream/upstream.ts';
import type { Isolated } from './isolated.ts';

export interface ConnectionPair {
  /** The connection that clients share. */
  readonly upstream: Upstream;
  /** Connections of single sessions or calls. */
  readonly isolated: Isolated;
}

export function isInUse({ upstream, isolated }: ConnectionPair): boolean {
  return upstream.inFlight > 0 || [upstream.tasks, ...isolated.tasks].some(({ running }) => running > 0);
}

/** Resolves once nothing is in flight on either, or after the timeout. */
export async function drainPair(
  { upstream, isolated }: ConnectionPair,
  timeoutMs: number,
  isWithTasks?: boolean,
): Promise<void> {
  await Promise.all([upstream.drain(timeoutMs, isWithTasks), isolated.drain(timeoutMs, isWithTasks)]);
}

export async function endPair({ upstream, isolated }: ConnectionPair, graceMs: number): Promise<void> {
  await Promise.all([upstream.close(graceMs), isolated.close(graceMs)]);
}

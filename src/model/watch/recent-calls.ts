/** Calls per minute, errors and the 95th percentile of durations, from the newest calls. */
import type { CallRecord } from './call-record.ts';
import type { RecentCalls } from './usage.ts';

const WINDOW_MS = 60_000;

/**
 * @param calls the calls that are kept, oldest first. If they do not reach back a minute, since more calls
 * ended than are kept, the rates are those of the time that they cover
 * @param now Unix milliseconds
 * @returns figures by server
 */
export function recentCalls(calls: readonly CallRecord[], now: number): ReadonlyMap<string, RecentCalls> {
  const recent = calls.filter((call) => endOf(call) > now - WINDOW_MS);
  const perMinute = WINDOW_MS / coveredMs(calls, now);
  const byServer = Map.groupBy(recent, ({ server }) => server);
  return new Map([...byServer].map(([server, own]) => [server, figuresOf(own, perMinute)]));
}

const endOf = ({ at, ms }: CallRecord): number => at + ms;

/** Calls are dropped once more have ended than are kept: then the oldest one does not have the number 1. */
function coveredMs(calls: readonly CallRecord[], now: number): number {
  const [oldest] = calls;
  if (oldest === undefined || oldest.seq === 1) return WINDOW_MS;
  return Math.min(WINDOW_MS, Math.max(1, now - endOf(oldest)));
}

function figuresOf(calls: readonly CallRecord[], perMinute: number): RecentCalls {
  const errors = calls.filter(({ outcome }) => outcome !== 'ok' && outcome !== 'cancelled');
  const durations = calls.map(({ ms }) => ms).sort((a, b) => a - b);
  return {
    callsPerMinute: calls.length * perMinute,
    errorsPerMinute: errors.length * perMinute,
    p95Ms: durations[Math.ceil(durations.length * 0.95) - 1] as number,
  };
}

/** Rates of servers between two samples. */
import type { ServerSample, ServerSamples } from '../../model/watch/usage.ts';

/** Figures of one server as people see them; what is not known is absent. */
export interface ServerRates {
  readonly server: string;
  readonly type: string;
  readonly state: string;
  /** 100 is one core. */
  readonly cpuPercent?: number;
  readonly memoryBytes?: number;
  readonly memoryLimitBytes?: number;
  readonly receivedBytesPerSecond?: number;
  readonly sentBytesPerSecond?: number;
  readonly callsPerMinute: number;
  readonly errorsPerMinute: number;
  readonly p95Ms?: number;
}

/** The busiest first. @param before undefined: nothing that needs two samples is known */
export function ratesBetween(before: ServerSamples | undefined, after: ServerSamples): ServerRates[] {
  const earlier = new Map(before?.servers.map((it) => [it.server, it]));
  return after.servers.map((it) => ratesOf(earlier.get(it.server), it)).sort(busiestFirst);
}

function ratesOf(before: ServerSample | undefined, sample: ServerSample): ServerRates {
  const { at, cpuSeconds, receivedBytes, sentBytes, ...rest } = sample;
  const cpu = growth(before, sample, 'cpuSeconds');
  const received = growth(before, sample, 'receivedBytes');
  const sent = growth(before, sample, 'sentBytes');
  return {
    ...rest,
    ...(cpu === undefined ? {} : { cpuPercent: cpu * 100 }),
    ...(received === undefined ? {} : { receivedBytesPerSecond: received }),
    ...(sent === undefined ? {} : { sentBytesPerSecond: sent }),
  };
}

/** Per second. Undefined for a figure that has shrunk, since the server has begun anew. */
function growth(
  before: ServerSample | undefined,
  after: ServerSample,
  figure: 'cpuSeconds' | 'receivedBytes' | 'sentBytes',
): number | undefined {
  const [first, last] = [before?.[figure], after[figure]];
  const ms = (after.at ?? 0) - (before?.at ?? 0);
  if (first === undefined || last === undefined || ms <= 0 || last < first) return undefined;
  return ((last - first) / ms) * 1_000;
}

/** By whole percents, so that servers which do nothing keep their places. */
function busiestFirst(a: ServerRates, b: ServerRates): number {
  const cpu = ({ cpuPercent = 0 }: ServerRates): number => Math.round(cpuPercent);
  return cpu(b) - cpu(a) || b.callsPerMinute - a.callsPerMinute || (a.server < b.server ? -1 : 1);
}

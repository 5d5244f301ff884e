/** Reads the figures of all servers at most once a second, however many ask. */
import type { Clock } from '../../model/clock.ts';
import { defined } from '../../model/collections/defined.ts';
import type { Engine } from '../../model/engine.ts';
import type { ServerStatus } from '../../model/status.ts';
import { waitFor } from '../../model/time/wait.ts';
import type { CallRecord } from '../../model/watch/call-record.ts';
import { recentCalls } from '../../model/watch/recent-calls.ts';
import type { Usage, UsageReading } from '../../model/watch/usage.ts';
import { containerUsages } from './container-usages.ts';
import { processUsages } from './process-usages.ts';

/** Readings that are younger are given again. */
const MIN_INTERVAL_MS = 1_000;

export interface UsageDeps {
  readonly engine: Pick<Engine, 'usage'> | undefined;
  readonly clock: Clock;
  readonly board: { all(): readonly ServerStatus[] };
  readonly history: { all(): readonly CallRecord[] };
  /** By server. Absent: those that /proc shows. */
  readonly processes?: (now: () => number) => Promise<ReadonlyMap<string, Usage>>;
}

export interface UsageReader {
  /** @param limitMs longest wait for the engine; absent: as long as the engine may take */
  read(limitMs?: number): Promise<UsageReading>;
}

/** One reading, whose parts take their own time. */
interface Parts {
  readonly native: Promise<ReadonlyMap<string, Usage>>;
  readonly containers: ReturnType<typeof containerUsages>;
  readonly calls: UsageReading['calls'];
}

export function createUsageReader(deps: UsageDeps): UsageReader {
  const { clock } = deps;
  const ticks = clock.ticks?.bind(clock) ?? clock.now.bind(clock);
  let begunAt = Number.NEGATIVE_INFINITY;
  let newest: Parts | undefined;
  let isReading = false;
  const begin = (): Parts => {
    begunAt = ticks();
    isReading = true;
    const parts = partsOf(deps);
    newest = parts;
    void Promise.allSettled([parts.native, parts.containers]).then(() => {
      isReading = false;
    });
    return parts;
  };
  return {
    read(limitMs) {
      const isYoung = isReading || ticks() - begunAt < MIN_INTERVAL_MS;
      return readingOf(newest && isYoung ? newest : begin(), clock, limitMs);
    },
  };
}

function partsOf({ engine, clock, board, history, processes = processUsages }: UsageDeps): Parts {
  return {
    native: processes(() => clock.now()),
    containers: containerUsages(engine, containersOf(board.all())),
    calls: recentCalls(history.all(), clock.now()),
  };
}

async function readingOf(
  { native, containers, calls }: Parts,
  clock: Clock,
  limitMs: number | undefined,
): Promise<UsageReading> {
  const late = (ms: number) => ({
    usages: NONE,
    trouble: `the engine did not answer within ${ms / 1_000} s`,
  });
  const { usages, trouble } =
    limitMs === undefined
      ? await containers
      : await waitFor(containers, { clock, ms: limitMs }, () => late(limitMs));
  return { usages: new Map([...(await native), ...usages]), calls, ...defined({ trouble }) };
}

const NONE: ReadonlyMap<string, Usage> = new Map();

/** Containers by server. */
function containersOf(servers: readonly ServerStatus[]): ReadonlyMap<string, string> {
  const found = servers.flatMap(({ serverName, containerId }) =>
    containerId === undefined ? [] : [[serverName, containerId] as const],
  );
  return new Map(found);
}

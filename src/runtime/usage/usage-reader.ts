/** Reads the figures of all servers at most once a second, however many ask. */
import type { Clock } from '../../model/clock.ts';
import { defined } from '../../model/collections/defined.ts';
import type { Engine } from '../../model/engine.ts';
import type { ServerStatus } from '../../model/status.ts';
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
  read(): Promise<UsageReading>;
}

export function createUsageReader(deps: UsageDeps): UsageReader {
  const { clock } = deps;
  const ticks = clock.ticks?.bind(clock) ?? clock.now.bind(clock);
  let begunAt = Number.NEGATIVE_INFINITY;
  let newest: Promise<UsageReading> | undefined;
  let isReading = false;
  return {
    read() {
      if (newest && (isReading || ticks() - begunAt < MIN_INTERVAL_MS)) return newest;
      begunAt = ticks();
      isReading = true;
      newest = readAll(deps).finally(() => {
        isReading = false;
      });
      return newest;
    },
  };
}

async function readAll({
  engine,
  clock,
  board,
  history,
  processes = processUsages,
}: UsageDeps): Promise<UsageReading> {
  const calls = recentCalls(history.all(), clock.now());
  const [native, { usages, trouble }] = await Promise.all([
    processes(() => clock.now()),
    containerUsages(engine, containersOf(board.all())),
  ]);
  return { usages: new Map([...native, ...usages]), calls, ...defined({ trouble }) };
}

/** Containers by server. */
function containersOf(servers: readonly ServerStatus[]): ReadonlyMap<string, string> {
  const found = servers.flatMap(({ serverName, containerId }) =>
    containerId === undefined ? [] : [[serverName, containerId] as const],
  );
  return new Map(found);
}

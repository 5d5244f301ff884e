/** What the monitor looks at. */
import type { CallTally } from '../model/calls.ts';
import type { Clock } from '../model/clock.ts';
import type { Engine } from '../model/engine.ts';
import type { ServerStatus } from '../model/status.ts';
import type { Usage } from '../model/watch/usage.ts';

export interface MonitorDeps {
  readonly engine: Pick<Engine, 'usage' | 'followUsage'> | undefined;
  readonly clock: Clock;
  readonly board: { all(): readonly ServerStatus[] };
  readonly tallies: ReadonlyMap<string, CallTally>;
  /** Of native servers. Absent: those that /proc shows. */
  readonly processes?: (now: () => number) => Promise<ReadonlyMap<string, Usage>>;
}

/** Watches servers over time while the file or somebody wants it: nothing of it is loaded before. */
import type { CallTally } from './model/calls.ts';
import type { Clock } from './model/clock.ts';
import type { Engine } from './model/engine.ts';
import type { GatewayControl } from './model/operator.ts';
import type { ServerStatus } from './model/status.ts';
import type { Monitor } from './monitor/monitor.ts';

export interface WatchingParts {
  readonly engine: Engine | undefined;
  readonly clock: Clock;
  readonly runtime: {
    readonly board: { all(): readonly ServerStatus[] };
    readonly calls: { readonly tallies: ReadonlyMap<string, CallTally> };
  };
}

export interface Watching {
  readonly series: GatewayControl['series'];
  close(): Promise<void>;
}

/** The caller must close the result. */
export function createWatching({ engine, clock, runtime }: WatchingParts): Watching {
  let monitor: Promise<Monitor> | undefined;
  let isClosed = false;
  const opened = (): Promise<Monitor> => {
    monitor ??= import('./monitor/monitor.ts').then(({ Monitor }) => {
      const { board, calls } = runtime;
      return new Monitor({ engine, clock, board, tallies: calls.tallies });
    });
    return monitor;
  };
  return {
    async series(query) {
      const open = await opened();
      const answer = open.series(query);
      if (isClosed) open.close();
      return answer;
    },
    async close() {
      isClosed = true;
      (await monitor)?.close();
    },
  };
}

import type { Call, CallRequest } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import type { Unit } from '../../model/compiled.ts';
import type { ServerState } from '../../model/status.ts';
import { METHOD } from '../../wire/methods.ts';
import type { Instances } from '../instances/instances.ts';
import type { StatusBoard } from '../instances/status-board.ts';
import { refusal } from './call.ts';
import { createWaiting, settled } from './held-calls.ts';
import type { Usage } from './usage.ts';

export interface AbsentDeps {
  readonly clock: Clock;
  readonly board: StatusBoard;
  readonly instances: Pick<Instances, 'serving'>;
  readonly usage: Pick<Usage, 'unsubscribed'>;
  readonly units: ReadonlyMap<string, Unit>;
  /** Somebody waits for a server that sleeps, the first one. */
  readonly onWanted: (serverName: string) => void;
}

/** What becomes of calls to servers that do not serve now. */
export interface Absent {
  call(serverName: string, request: CallRequest, send: () => Call): Call;
  /** Whether somebody waits for it. */
  isWanted(serverName: string): boolean;
  close(): void;
}

export function createAbsent({ clock, board, instances, usage, units, onWanted }: AbsentDeps): Absent {
  const isOnItsWay = (serverName: string): boolean => ON_ITS_WAY.has(board.get(serverName)?.state);
  const waiting = createWaiting({
    clock,
    board,
    isServing: (serverName) => instances.serving(serverName) !== undefined,
    mayBecomeReady: isOnItsWay,
    refuse: (serverName) => refusal(serverName, board),
  });
  return {
    call(serverName, request, send) {
      const view = units.get(serverName)?.server.view;
      // What does not run has no subscriptions.
      if (request.method === METHOD.RESOURCES_UNSUBSCRIBE) {
        usage.unsubscribed(serverName, request);
        return settled({ kind: 'result', json: Buffer.from('{}') });
      }
      if (!view || !isOnItsWay(serverName)) return settled(refusal(serverName, board));
      const isFirst = !waiting.has(serverName);
      const options = { timeoutMs: view.timeouts.start, max: view.maxInFlight, send };
      const call = waiting.wait(serverName, request, options);
      if (isFirst && view.start === 'lazy') onWanted(serverName);
      return call;
    },
    isWanted: waiting.has,
    close: waiting.close,
  };
}

/** Neither up nor given up: worth waiting for. */
const ON_ITS_WAY: ReadonlySet<ServerState | undefined> = new Set([
  'pending',
  'starting',
  'ready',
  'draining',
  'idle',
]);

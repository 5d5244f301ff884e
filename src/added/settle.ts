/** Waits until the version of a server that is declared now serves, or has failed. */
import type { GatewayError } from '../errors.ts';
import type { Clock } from '../model/clock.ts';
import type { ProgressReport } from '../model/watch/progress-report.ts';
import type { Runtime } from '../runtime/runtime.ts';

export interface SettleFrom {
  readonly runtime: Pick<Runtime, 'outcome'> & {
    readonly board: Pick<Runtime['board'], 'get' | 'onChange'>;
  };
  readonly clock: Clock;
}

export interface SettleOptions {
  readonly signal: AbortSignal;
  readonly progress: (report: ProgressReport) => void;
  /** Longest wait; Infinity for no limit. */
  readonly waitMs: number;
}

export type Settled =
  | { readonly state: 'ready' | 'starting' | 'aborted' }
  | { readonly state: 'failed'; readonly error: GatewayError };

/** Follows the states that are shown. Never rejects. */
export function settle(
  { runtime, clock }: SettleFrom,
  serverName: string,
  { signal, progress, waitMs }: SettleOptions,
): Promise<Settled> {
  const { promise, resolve } = Promise.withResolvers<Settled>();
  const report = reportChanges(progress);
  const look = (): void => {
    const outcome = runtime.outcome(serverName);
    if (outcome.state === 'failed' && outcome.error.code !== 'LOGIN_REQUIRED') resolve(outcome);
    else if (outcome.state !== 'starting')
      resolve({ state: outcome.state === 'ready' ? 'ready' : 'starting' });
    else report(runtime.board.get(serverName)?.detail);
  };
  const onAbort = (): void => resolve({ state: 'aborted' });
  const stop = runtime.board.onChange(look);
  const timer =
    waitMs === Number.POSITIVE_INFINITY
      ? undefined
      : clock.setTimeout(() => resolve({ state: 'starting' }), waitMs);
  signal.addEventListener('abort', onAbort, { once: true });
  look();
  if (signal.aborted) onAbort();
  return promise.finally(() => {
    stop();
    timer?.cancel();
    signal.removeEventListener('abort', onAbort);
  });
}

/** Reports each text once while it stays the same. */
function reportChanges(progress: SettleOptions['progress']): (detail: string | undefined) => void {
  let last: string | undefined;
  let count = 0;
  return (detail) => {
    if (detail === undefined || detail === last) return;
    last = detail;
    progress({ progress: ++count, message: detail });
  };
}

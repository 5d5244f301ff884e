/** Waiting with a limit: for an event, a time, or an abort signal, whichever comes first. */
import type { Clock } from '../clock.ts';

export interface WaitLimit {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly ms: number;
  /** Ends the wait early. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Settles as `event` does, or with the value of `otherwise` once the time has passed or the signal aborts.
 * Timer and listener are released in every case; a later outcome of `event` is ignored.
 */
export async function waitFor<T, U>(
  event: Promise<T>,
  { clock, ms, signal }: WaitLimit,
  otherwise: (why: 'timeout' | 'aborted') => U | Promise<U>,
): Promise<T | U> {
  const limit = Promise.withResolvers<'timeout' | 'aborted'>();
  const timer = clock.setTimeout(() => limit.resolve('timeout'), ms);
  const onAbort = (): void => limit.resolve('aborted');
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();
  try {
    return await Promise.race([event, limit.promise.then(otherwise)]);
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', onAbort);
  }
}

/** True if `event` happens within `ms` milliseconds. Rejects as `event` does. */
export function within(event: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  return waitFor(
    event.then(() => true),
    { clock, ms },
    () => false,
  );
}

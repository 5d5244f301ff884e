/** States of servers in the words of these tools, and waiting for one of them. */
import type { ServerState, ServerStatus } from '../../model/status.ts';
import { waitFor } from '../../model/time/wait.ts';
import type { ManagerSource } from './source.ts';

export const KINDS = ['running', 'stopped', 'failed'] as const;

/** `running` includes what starts, and what starts at the next call. */
export function kindOf(state: ServerState): (typeof KINDS)[number] {
  if (state === 'stopped' || state === 'draining') return 'stopped';
  return state === 'failed' || state === 'unavailable' ? 'failed' : 'running';
}

/** True once nothing more happens by itself. */
export const isSettled = (state: ServerState): boolean =>
  state !== 'pending' && state !== 'starting' && state !== 'draining';

/** The server's status when `isReached` holds for it, or when the time is over. Undefined if it is gone. */
export async function untilState(
  source: Pick<ManagerSource, 'status' | 'onStatus' | 'clock'>,
  serverName: string,
  isReached: (server: ServerStatus | undefined) => boolean,
  { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
): Promise<ServerStatus | undefined> {
  const read = () => source.status().servers.find((it) => it.serverName === serverName);
  const reached = Promise.withResolvers<void>();
  const look = (): void => {
    if (isReached(read())) reached.resolve();
  };
  const stop = source.onStatus(look);
  try {
    look();
    await waitFor(reached.promise, { clock: source.clock, ms, signal }, () => {});
    return read();
  } finally {
    stop();
  }
}

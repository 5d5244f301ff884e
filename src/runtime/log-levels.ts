import type { SetLogLevel } from '../model/ports.ts';
import type { Instance } from './instances.ts';
import type { Upstream } from './upstream/upstream.ts';

/** The log levels that servers have been asked for, so that those which come later are asked too. */
export interface LogLevels {
  readonly set: SetLogLevel;
  /** Asks a new connection; with `sessionId` one that is that session's own. */
  apply(upstream: Upstream, sessionId?: string): void;
  forget(sessionId: string): void;
}

export function createLogLevels(instances: () => readonly Instance[]): LogLevels {
  const own = new Map<string, string>();
  let shared: string | undefined;

  /** A failure is the server's own business: logging is never worth an error to a client. */
  function send(upstream: Upstream, level: string | undefined): void {
    if (level === undefined || upstream.inventory.capabilities.logging == null) return;
    upstream.call({ method: 'logging/setLevel', params: Buffer.from(JSON.stringify({ level })) });
  }

  return {
    set(sessionId, level, least) {
      own.set(sessionId, level);
      const isNew = least !== undefined && shared !== least;
      shared = least ?? shared;
      for (const { upstream, isolated } of instances()) {
        if (upstream && isNew) send(upstream, shared);
        isolated?.visit(sessionId, (mine) => send(mine, level));
      }
    },
    apply: (upstream, sessionId) => send(upstream, sessionId === undefined ? shared : own.get(sessionId)),
    forget: (sessionId) => void own.delete(sessionId),
  };
}

import type { SetLogLevel } from '../../model/calls.ts';
import { METHOD } from '../../wire/methods.ts';
import type { Connections } from '../instances/instance.ts';
import type { Upstream } from '../upstream/upstream.ts';

const UNASKED_LEVEL = 'info';

/** The log levels that servers have been asked for, so that those which come later are asked too. */
export interface LogLevels {
  readonly set: SetLogLevel;
  /** Asks a new connection; with `sessionId` one that is that session's own. */
  apply(upstream: Upstream, sessionId?: string): void;
  /** What calls of that session may be told about: the level it set, else what sessions are taken to want that set none. */
  of(sessionId: string): string;
  forget(sessionId: string): void;
}

export function createLogLevels(connections: () => readonly Connections[]): LogLevels {
  const own = new Map<string, string>();
  let shared: string | undefined;

  /** A failure is the server's own business: logging is never worth an error to a client. */
  function send(upstream: Upstream, level: string | undefined): void {
    // A modern server is told the level in each call.
    if (upstream.inventory.era === 'modern') return;
    if (level === undefined || upstream.inventory.capabilities.logging == null) return;
    upstream.call({ method: METHOD.SET_LOG_LEVEL, params: Buffer.from(JSON.stringify({ level })) });
  }

  return {
    set(sessionId, level, least) {
      own.set(sessionId, level);
      const isNew = least !== undefined && shared !== least;
      shared = least ?? shared;
      for (const { upstream, isolated } of connections()) {
        if (isNew) send(upstream, shared);
        isolated.visit(sessionId, (mine) => send(mine, level));
      }
    },
    apply: (upstream, sessionId) => send(upstream, sessionId === undefined ? shared : own.get(sessionId)),
    of: (sessionId) => own.get(sessionId) ?? UNASKED_LEVEL,
    forget: (sessionId) => void own.delete(sessionId),
  };
}

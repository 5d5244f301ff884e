/** The log levels that sessions have set, and that servers were asked for. */
import type { SetLogLevel } from '../../model/calls.ts';
import { toJson } from '../../model/text/json.ts';
import { METHOD } from '../../wire/methods.ts';
import type { Connections } from '../instances/instance.ts';
import type { UpstreamCalls, UpstreamLists } from '../upstream/upstream.ts';

type Leveled = UpstreamCalls & Pick<UpstreamLists, 'inventory'>;

/** Log level of sessions that never called `logging/setLevel`. */
const DEFAULT_LEVEL = 'info';

export interface LogLevels {
  readonly set: SetLogLevel;
  /**
   * Sends the level to a new connection: that of all sessions, or of the one that the connection belongs to.
   */
  apply(upstream: Leveled, sessionId?: string): void;
  /** The least severe level that calls of the session may report. */
  of(sessionId: string): string;
  forget(sessionId: string): void;
}

export function createLogLevels(connections: () => readonly Connections[]): LogLevels {
  const bySession = new Map<string, string>();
  let shared: string | undefined;

  /** Ignores the answer: a server that refuses a level is no reason for an error to a client. */
  function send(upstream: Leveled, level: string | undefined): void {
    // A modern server gets the level with each call.
    if (upstream.inventory.era === 'modern') return;
    if (level === undefined || upstream.inventory.capabilities.logging == null) return;
    upstream.call({ method: METHOD.SET_LOG_LEVEL, params: toJson({ level }) });
  }

  return {
    set(sessionId, own, least) {
      bySession.set(sessionId, own);
      const isNew = least !== undefined && shared !== least;
      shared = least ?? shared;
      for (const { upstream, isolated } of connections()) {
        if (isNew) send(upstream, shared);
        isolated.eachOf(sessionId, (connection) => send(connection, own));
      }
    },
    apply: (upstream, sessionId) =>
      send(upstream, sessionId === undefined ? shared : bySession.get(sessionId)),
    of: (sessionId) => bySession.get(sessionId) ?? DEFAULT_LEVEL,
    forget: (sessionId) => void bySession.delete(sessionId),
  };
}

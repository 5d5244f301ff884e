/**
 * Applies what clients' MCP sessions do to the connections of servers: begin, notifications, log level, end.
 */
import type { NotifyServers, SetLogLevel } from '../model/calls.ts';
import type { BeginSession } from '../model/catalog-reader.ts';
import type { CallPath } from './calls/call-path.ts';
import type { Instances } from './instances/instances.ts';
import type { LegacySessions } from './isolation/legacy-sessions.ts';

const CLOSE_GRACE_MS = 2_000;

export interface ClientSessions {
  /** A legacy session begins. */
  readonly begin: BeginSession;
  /** Passes a client's notification on to the connections that belong to its session. */
  readonly notify: NotifyServers;
  readonly setLogLevel: SetLogLevel;
  /** Ends the processes that belong to the session. */
  end(sessionId: string): void;
}

export function createClientSessions(
  instances: Pick<Instances, 'connections' | 'all'>,
  legacy: LegacySessions,
  calls: Pick<CallPath, 'setLogLevel' | 'endSession'>,
): ClientSessions {
  return {
    begin(sessionId, scope) {
      legacy.begin(sessionId, scope);
      const waits = instances.all().flatMap((instance) => {
        if (instance.state.phase !== 'ready' || !legacy.shows(scope, instance.serverName)) return [];
        const side = instance.state.connections.legacy;
        side?.want();
        return side?.listsWait ?? [];
      });
      return waits.length === 0 ? undefined : Promise.all(waits).then(() => {});
    },
    notify(sessionId, method, params) {
      for (const { isolated } of instances.connections())
        isolated.eachOf(sessionId, (upstream) => upstream.notify(method, params));
    },
    setLogLevel: calls.setLogLevel,
    end(sessionId) {
      calls.endSession(sessionId);
      for (const { upstream, isolated } of instances.connections()) {
        upstream.endSession(sessionId);
        void isolated.endSession(sessionId, CLOSE_GRACE_MS);
      }
      if (legacy.end(sessionId)) releaseUnseen(instances, legacy);
    },
  };
}

/** Connections for legacy clients are released when the last client that sees their server has gone. */
function releaseUnseen(instances: Pick<Instances, 'all'>, legacy: LegacySessions): void {
  for (const { serverName, state } of instances.all())
    if (state.phase === 'ready' && !legacy.see(serverName)) state.connections.legacy?.release();
}

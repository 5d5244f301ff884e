/** Applies what clients' MCP sessions do to the connections of servers: notifications, log level, end. */
import type { NotifyServers, SetLogLevel } from '../model/calls.ts';
import type { CallPath } from './calls/call-path.ts';
import type { Instances } from './instances/instances.ts';

const CLOSE_GRACE_MS = 2_000;

export interface ClientSessions {
  /** Passes a client's notification on to the connections that belong to its session. */
  readonly notify: NotifyServers;
  readonly setLogLevel: SetLogLevel;
  /** Ends the processes that belong to the session. */
  end(sessionId: string): void;
}

export function createClientSessions(
  instances: Pick<Instances, 'connections'>,
  calls: Pick<CallPath, 'setLogLevel' | 'endSession'>,
): ClientSessions {
  return {
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
    },
  };
}

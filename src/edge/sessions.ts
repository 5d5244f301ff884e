/** The table of legacy sessions. Each is bound to one view; what it holds open ends with it. */
import { randomUUID } from 'node:crypto';
import type { ListKind } from '../model/catalog.ts';
import type { Call, Clock } from '../model/ports.ts';
import type { EventStream } from './stream.ts';

export interface Session {
  readonly sessionId: string;
  /** `''` for all servers, else the one server it sees. */
  readonly scope: string;
  readonly protocolVersion: string;
  /** The client has said `notifications/initialized`: only now may it be sent anything unasked. */
  initialized: boolean;
  /** Index into LOG_LEVELS: less severe log messages are not sent. */
  logLevel: number;
  /** Calls in flight by the raw text of the client's request id. */
  readonly calls: Map<string, Call>;
  /** Open GET streams, the newest last. */
  readonly streams: Set<EventStream>;
  /** Lists that changed since the client last read them while no stream was open to say so. */
  readonly due: Set<ListKind>;
  /** Unix milliseconds. */
  lastUsed: number;
}

export interface Sessions {
  /** Undefined when the table is full of sessions that are all in use. */
  open(scope: string, protocolVersion: string): Session | undefined;
  /** The live session of that id under that scope, marked as used. */
  find(sessionId: string, scope: string): Session | undefined;
  /** Its idle time begins anew. */
  touch(session: Session): void;
  /** Cancels its calls, ends its streams, forgets it. */
  end(session: Session): void;
  all(): Iterable<Session>;
  readonly count: number;
  /** Ends every session and the watch for idle ones. */
  close(): void;
}

interface SessionLimits {
  /** Milliseconds without a request, an open call or an open stream after which a session ends. */
  readonly idle: number;
  readonly max: number;
}

/** @param onEnd told of every session that ends, by whatever way */
export function createSessions(
  clock: Clock,
  limits: SessionLimits,
  onEnd: (sessionId: string) => void = () => {},
): Sessions {
  /** In order of last use, so the first is the one idle for longest. */
  const table = new Map<string, Session>();

  const touch = (session: Session): void => {
    session.lastUsed = clock.now();
    table.delete(session.sessionId);
    table.set(session.sessionId, session);
  };
  const end = (session: Session): void => {
    if (!table.delete(session.sessionId)) return;
    for (const call of session.calls.values()) call.cancel('the session has ended');
    for (const stream of session.streams) stream.end();
    onEnd(session.sessionId);
  };
  const expire = (): void => {
    const limit = clock.now() - limits.idle;
    for (const session of [...table.values()]) {
      if (session.lastUsed > limit) break;
      if (isBusy(session)) touch(session);
      else end(session);
    }
    watch = clock.setTimeout(expire, limits.idle / 10);
  };
  let watch = clock.setTimeout(expire, limits.idle / 10);

  return {
    open(scope, protocolVersion) {
      if (table.size >= limits.max) {
        const oldest = [...table.values()].find((session) => !isBusy(session));
        if (!oldest) return undefined;
        end(oldest);
      }
      const session = newSession(scope, protocolVersion);
      touch(session);
      return session;
    },
    find(sessionId, scope) {
      const session = table.get(sessionId);
      if (session?.scope !== scope) return undefined;
      touch(session);
      return session;
    },
    touch(session) {
      if (table.has(session.sessionId)) touch(session);
    },
    end,
    all: () => table.values(),
    get count() {
      return table.size;
    },
    close() {
      watch.cancel();
      for (const session of [...table.values()]) end(session);
    },
  };
}

const isBusy = ({ calls, streams }: Session): boolean => calls.size > 0 || streams.size > 0;

function newSession(scope: string, protocolVersion: string): Session {
  return {
    sessionId: randomUUID(),
    scope,
    protocolVersion,
    initialized: false,
    logLevel: 0,
    calls: new Map(),
    streams: new Set(),
    due: new Set(),
    lastUsed: 0,
  };
}

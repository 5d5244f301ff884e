/** The table of legacy sessions. Each is bound to one view; what it holds open ends with it. */

import { randomUUID } from 'node:crypto';
import type { Caller, Principal } from '../../model/caller.ts';
import type { Call, Reply } from '../../model/calls.ts';
import type { ListKind } from '../../model/catalog.ts';
import type { Clock } from '../../model/clock.ts';
import { type BriefMap, createBriefMap } from '../../wire/brief-map.ts';
import { RPC } from '../../wire/codes.ts';
import type { Exchange } from '../http/exchange.ts';
import { refusal } from '../http/message.ts';
import type { EventStream } from '../http/stream.ts';
import type { Resumption } from './resumptions.ts';

/** One call in flight, and the response it will be answered on. */
export interface OpenCall {
  readonly call: Call;
  readonly serverName: string;
  readonly exchange: Exchange;
}

export interface Session {
  /** Who opened it, and alone may use it. */
  readonly caller: Caller;
  /** `''` for all servers, else the one server it sees. */
  readonly scope: string;
  readonly protocolVersion: string;
  /** The client has said `notifications/initialized`: only now may it be sent anything unasked. */
  initialized: boolean;
  /** Index into LOG_LEVELS: less severe log messages are not sent. */
  logLevel: number;
  /** It has said itself which log messages it wants. */
  hasLogLevel: boolean;
  /** Calls in flight by the raw text of the client's request id. */
  readonly calls: BriefMap<string, OpenCall>;
  /** What servers have asked of the client and wait for, by the raw text of our request id. */
  readonly asked: Map<string, (reply: Reply) => void>;
  /** Open GET streams, the newest last. */
  readonly streams: Set<EventStream>;
  /** Where its event streams can be resumed; absent before there is one. */
  resumption: Resumption | undefined;
  /** Lists that changed since the client last read them while no stream was open to say so. */
  readonly due: Set<ListKind>;
  /** Unix milliseconds. */
  lastUsed: number;
}

export interface Sessions {
  /** Undefined when the table is full of sessions that are all in use. */
  open(
    scope: string,
    protocolVersion: string,
    principal: Principal,
    capabilities?: string,
  ): Session | undefined;
  /** The live session of that id, whatever its scope; not marked as used. */
  get(sessionId: string): Session | undefined;
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
  onEnd: (sessionId: string, session: Session) => void = () => {},
): Sessions {
  const table = new Map<string, Session>();

  const touch = (session: Session): void => {
    session.lastUsed = clock.now();
  };
  const end = (session: Session): void => {
    if (!table.delete(session.caller.sessionId)) return;
    for (const { call } of session.calls.values()) call.cancel('the session has ended');
    for (const stream of session.streams) stream.end();
    session.resumption?.ring.close();
    for (const settle of session.asked.values()) settle(refusal(RPC.SERVER_ERROR, 'the session has ended'));
    onEnd(session.caller.sessionId, session);
  };
  const expire = (): void => {
    const limit = clock.now() - limits.idle;
    for (const session of [...table.values()]) {
      if (isBusy(session)) touch(session);
      else if (session.lastUsed <= limit) end(session);
    }
    watch = clock.setTimeout(expire, limits.idle / 10);
  };
  let watch = clock.setTimeout(expire, limits.idle / 10);

  return {
    get: (sessionId) => table.get(sessionId),
    open(scope, protocolVersion, principal, capabilities) {
      if (table.size >= limits.max) {
        const oldest = idleLongest(table.values());
        if (!oldest) return undefined;
        end(oldest);
      }
      const session = newSession(scope, protocolVersion, principal, capabilities);
      touch(session);
      table.set(session.caller.sessionId, session);
      return session;
    },
    find(sessionId, scope) {
      const session = table.get(sessionId);
      if (session?.scope !== scope) return undefined;
      touch(session);
      return session;
    },
    touch,
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

/** Undefined when all are in use. */
function idleLongest(sessions: Iterable<Session>): Session | undefined {
  let found: Session | undefined;
  for (const session of sessions)
    if (!isBusy(session) && !(found && found.lastUsed <= session.lastUsed)) found = session;
  return found;
}

const isBusy = ({ calls, streams }: Session): boolean => calls.size > 0 || streams.size > 0;

function newSession(
  scope: string,
  protocolVersion: string,
  principal: Principal,
  capabilities: string | undefined,
): Session {
  return {
    caller: { principal, sessionId: randomUUID(), era: 'legacy', capabilities, profile: '' },
    scope,
    protocolVersion,
    initialized: false,
    logLevel: 0,
    hasLogLevel: false,
    calls: createBriefMap(),
    asked: new Map(),
    streams: new Set(),
    resumption: undefined,
    due: new Set(),
    lastUsed: 0,
  };
}

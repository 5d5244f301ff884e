/** A legacy session, and all that it holds open. */
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../model/caller.ts';
import type { Call, Reply } from '../../model/calls.ts';
import type { ListKind } from '../../model/catalog.ts';
import { type BriefMap, createBriefMap } from '../../model/collections/brief-map.ts';
import { viewNameOf } from '../../model/text/grammar.ts';
import type { Exchange } from '../http/exchange.ts';
import type { EventStream } from '../http/stream.ts';
import type { Resumption } from './resumable-stream.ts';

/** A call in flight, and the exchange that its answer goes to. */
export interface OpenCall {
  readonly call: Call;
  readonly serverName: string;
  readonly exchange: Exchange;
}

export interface Session {
  /** The client that opened the session, and alone may use it. */
  readonly caller: Caller;
  /** What the session sees: `''` for all servers, a server's name, or that of a view (`viewScope`). */
  readonly scope: string;
  readonly protocolVersion: string;
  /** The client has sent `notifications/initialized`; before that, nothing may be sent to it unasked. */
  initialized: boolean;
  /**
   * Index into LOG_LEVELS of the least severe log messages that the client wants; undefined until it says so.
   */
  logLevel: number | undefined;
  /** By the raw text of the client's request id. */
  readonly calls: BriefMap<string, OpenCall>;
  /** Requests of servers that the client has not answered, by the raw text of the gateway's request id. */
  readonly asked: Map<string, (reply: Reply) => void>;
  /** Open GET streams, the newest last. */
  readonly streams: Set<EventStream>;
  /** Set from the session's first event stream on. */
  resumption: Resumption | undefined;
  /** Lists that changed while no stream was open to announce that, and that the client has not read since. */
  readonly due: Set<ListKind>;
  /** Lets go of what is kept for the session: called when it ends. */
  release: () => void;
  /** Unix milliseconds. */
  lastUsed: number;
}

/** Who opens a session, and what it may use. */
export type Client = Pick<Caller, 'principal' | 'access'>;

export function newSession(
  scope: string,
  protocolVersion: string,
  { principal, access }: Client,
  capabilities: string | undefined,
  client: string | undefined,
): Session {
  return {
    caller: {
      principal,
      access,
      sessionId: randomUUID(),
      era: 'legacy',
      capabilities,
      profile: viewNameOf(scope) ?? '',
      client,
    },
    scope,
    protocolVersion,
    initialized: false,
    logLevel: undefined,
    calls: createBriefMap(),
    asked: new Map(),
    streams: new Set(),
    resumption: undefined,
    due: new Set(),
    release: () => {},
    lastUsed: 0,
  };
}

/** True if the session sees that server, whether or not it is ready. */
export type Sees = (session: Pick<Session, 'scope' | 'caller'>, serverName: string) => boolean;

export const isBusy = ({ calls, streams }: Session): boolean => calls.size > 0 || streams.size > 0;

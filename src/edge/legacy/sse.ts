/**
 * HTTP+SSE, the transport of 2024-11-05, for clients that have no newer one: a GET opens a stream that first names the endpoint to POST
 * to; what is POSTed there is answered on the stream (2024-11-05, basic/transports, HTTP with SSE). The stream's end is the session's.
 */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../../model/caller.ts';
import { RPC } from '../../wire/codes.ts';
import { METHOD } from '../../wire/methods.ts';
import { readBody } from '../http/body.ts';
import { type Exchange, sendJson } from '../http/exchange.ts';
import { accepts } from '../http/guard.ts';
import type { KeepAlive } from '../http/keep-alive.ts';
import {
  type ClientMessage,
  type ClientRequest,
  readMessage,
  refusal,
  responseText,
} from '../http/message.ts';
import { refuse, refuseBody } from '../http/refuse.ts';
import { type EventStream, openEventStream } from '../http/stream.ts';
import { beginSession } from './begin-session.ts';
import { answer, answerInitialize, type LegacyDeps, take } from './legacy.ts';
import { settleAsk } from './server-requests.ts';
import type { Session } from './sessions.ts';

export interface Sse {
  open(request: IncomingMessage, response: ServerResponse, scope: string, principal: Principal): void;
  post(
    request: IncomingMessage,
    response: ServerResponse,
    scope: string,
    principal: Principal,
  ): Promise<void>;
}

/** One stream, and the session that its client has begun on it. */
interface Connection {
  readonly scope: string;
  readonly principal: Principal;
  readonly stream: EventStream;
  /** Told when the stream is over. */
  readonly listeners: Set<() => void>;
  session: Session | undefined;
}

const MAX_CONNECTIONS = 1_000;
/** Answers have no other way than the stream: a reader may lag that many bytes behind, and is given up then. */
const MAX_LAG = 64 * 1024 * 1024;

export interface SseDeps extends LegacyDeps {
  readonly keepAlive: KeepAlive;
  /** Bytes. */
  readonly bodyLimit: number;
}

export function createSse(deps: SseDeps): Sse {
  const connections = new Map<string, Connection>();

  function send({ stream }: Connection, message: readonly Buffer[]): boolean {
    const isTaken = stream.send(message);
    if (!isTaken) stream.drop();
    return isTaken;
  }

  function exchangeOn(connection: Connection): Exchange {
    let gone: (() => void) | undefined;
    return {
      precede: (message) => send(connection, message),
      onGone(listener) {
        gone = listener;
        connection.listeners.add(listener);
      },
      finish(message) {
        if (gone) connection.listeners.delete(gone);
        send(connection, message);
      },
      keepAlive: () => {},
    };
  }

  function initialize(connection: Connection, request: ClientRequest): void {
    const { scope, principal, stream } = connection;
    const session = connection.session ? undefined : beginSession(deps.sessions, scope, request, principal);
    if (session) {
      connection.session = session;
      session.streams.add(stream);
    }
    const reply = session
      ? answerInitialize(deps, session)
      : refusal(RPC.INVALID_REQUEST, 'initialize was sent before, or too many sessions are open');
    send(connection, responseText(request.id, reply));
  }

  async function handle(connection: Connection, message: ClientMessage): Promise<void> {
    const { session } = connection;
    if (session && message.kind === 'notification') take(deps, message, session);
    if (session && message.kind === 'response') settleAsk(session, message.id, message.reply);
    if (message.kind !== 'request') return;
    if (message.method === METHOD.INITIALIZE) return initialize(connection, message);
    const exchange = exchangeOn(connection);
    const reply = session
      ? await answer(deps, message, session, exchange)
      : refusal(RPC.INVALID_REQUEST, 'send initialize first');
    exchange.finish(responseText(message.id, reply));
  }

  /** The stream that the request names and its client may use; undefined with the request refused. */
  function connectionOf(
    request: IncomingMessage,
    response: ServerResponse,
    scope: string,
    principal: Principal,
  ): Connection | undefined {
    const id = new URL(request.url ?? '', 'http://hive').searchParams.get('sessionId');
    const connection = id === null ? undefined : connections.get(id);
    if (connection?.scope === scope && connection.principal === principal) return connection;
    if (id === null) response.setHeader('allow', 'GET');
    const [status, message] =
      id === null
        ? [405, 'open a stream with GET first; newer clients use /mcp']
        : [404, 'there is no such stream: open one with GET'];
    refuse(response, status, RPC.SESSION_NOT_FOUND, message);
    return undefined;
  }

  return {
    open(request, response, scope, principal) {
      if (!accepts(request.headers.accept, 'text/event-stream'))
        return refuse(response, 406, RPC.SERVER_ERROR, 'Accept must list text/event-stream');
      if (connections.size >= MAX_CONNECTIONS)
        return refuse(response, 503, RPC.SERVER_ERROR, 'too many streams are open');
      const id = randomUUID();
      const stream = openEventStream(response, MAX_LAG);
      const connection: Connection = {
        scope,
        principal,
        stream,
        listeners: new Set(),
        session: undefined,
      };
      connections.set(id, connection);
      const release = deps.keepAlive.watch({
        // Who has not begun a session by then has no use for the stream.
        keepAlive: () => (connection.session ? stream.keepAlive() : stream.end()),
      });
      response.on('close', () => {
        connections.delete(id);
        release();
        for (const listener of connection.listeners) listener();
        if (connection.session) deps.sessions.end(connection.session);
      });
      const path = scope === '' ? '/sse' : `/sse/${encodeURIComponent(scope)}`;
      response.write(`event: endpoint\ndata: ${path}?sessionId=${id}\n\n`);
    },
    async post(request, response, scope, principal) {
      const connection = connectionOf(request, response, scope, principal);
      if (!connection) return;
      const body = await readBody(request, deps.bodyLimit);
      if (body.kind !== 'whole') return refuseBody(response, body, deps.bodyLimit);
      const message = readMessage(body.bytes);
      if (message.kind === 'invalid') return sendJson(response, 400, message.error);
      response.writeHead(202, { 'content-type': 'text/plain' }).end('Accepted');
      await handle(connection, message);
    },
  };
}

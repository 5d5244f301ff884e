/**
 * HTTP+SSE, the transport of 2024-11-05, for clients that have no newer one: a GET opens a stream that first
 * names the endpoint to POST to; messages that are POSTed there are answered on the stream (2024-11-05,
 * basic/transports, HTTP with SSE). The session ends with its stream.
 */
import { randomUUID } from 'node:crypto';
import { Shares } from '../../model/collections/shares.ts';
import { viewNameOf } from '../../model/text/grammar.ts';
import { RPC } from '../../wire/codes.ts';
import type { BodyReader } from '../http/body.ts';
import { sendJson } from '../http/exchange.ts';
import { accepts, encodingProblem } from '../http/guard.ts';
import type { Incoming } from '../http/incoming.ts';
import type { KeepAlive } from '../http/keep-alive.ts';
import { readMessage } from '../http/message.ts';
import { refuse, refuseBody, refuseStopping } from '../http/refuse.ts';
import { openEventStream } from '../http/stream.ts';
import type { Messages } from './messages.ts';
import type { Sessions } from './sessions.ts';
import { SseConnection } from './sse-connection.ts';

export interface Sse {
  /** GET: opens a stream. */
  open(incoming: Incoming): void;
  /** POST: takes one message. Resolves once it is answered. */
  post(incoming: Incoming): Promise<void>;
  /** Ends all streams, and refuses further ones. */
  end(): void;
}

export interface SseDeps {
  readonly sessions: Sessions;
  readonly messages: Messages;
  readonly keepAlive: KeepAlive;
  readonly bodies: BodyReader;
  readonly bodyLimitBytes: number;
}

/** Half of them for one client, while no other has a stream. */
const MAX_CONNECTIONS = 2_000;
/** Unread data of one stream. */
const MAX_LAG_BYTES = 64 * 1024 * 1024;

export function createSse({ sessions, messages, keepAlive, bodies, bodyLimitBytes }: SseDeps): Sse {
  const connections = new Map<string, SseConnection>();
  const shares = new Shares(MAX_CONNECTIONS);
  let isEnded = false;

  return {
    open(incoming) {
      const { request, response, scope, principal } = incoming;
      if (!accepts(request.headers.accept, 'text/event-stream'))
        return refuse(response, 406, RPC.SERVER_ERROR, 'Accept must list text/event-stream');
      if (isEnded) return refuseStopping(response);
      if (!shares.take(principal))
        return refuse(response, 503, RPC.SERVER_ERROR, 'too many streams are open');
      const id = randomUUID();
      const stream = openEventStream(incoming, MAX_LAG_BYTES);
      const connection = new SseConnection(stream, messages, scope, incoming);
      connections.set(id, connection);
      const release = keepAlive.watch(connection);
      response.on('close', () => {
        connections.delete(id);
        shares.give(principal);
        release();
        connection.closed(sessions);
      });
      response.write(`event: endpoint\ndata: ${postAddress(scope, id)}\n\n`);
    },
    end() {
      isEnded = true;
      for (const connection of connections.values()) connection.end();
    },
    async post(incoming) {
      const { request, response } = incoming;
      const connection = connectionFor(connections, incoming);
      if (!connection) return;
      const encoded = encodingProblem(request.headers['content-encoding']);
      if (encoded) return refuse(response, encoded.status, RPC.SERVER_ERROR, encoded.message);
      const body = await bodies.read(request, bodyLimitBytes, connection.principal);
      if (body.kind !== 'whole') return refuseBody(response, body, bodyLimitBytes);
      try {
        const message = readMessage(body.bytes);
        if (message.kind === 'invalid') return sendJson(response, 400, message.error);
        response.writeHead(202, { 'content-type': 'text/plain' }).end('Accepted');
        await connection.handle(message);
      } finally {
        body.release();
      }
    },
  };
}

/** The stream that the request names, if its client may use it; undefined if the request was refused. */
function connectionFor(
  connections: ReadonlyMap<string, SseConnection>,
  { request, response, scope, principal }: Incoming,
): SseConnection | undefined {
  const id = new URL(request.url ?? '', 'http://hive').searchParams.get('sessionId');
  if (id === null) {
    response.setHeader('allow', 'GET');
    refuse(response, 405, RPC.SESSION_NOT_FOUND, 'open a stream with GET first; newer clients use /mcp');
    return undefined;
  }
  const connection = connections.get(id);
  if (connection?.scope === scope && connection.principal === principal) return connection;
  refuse(response, 404, RPC.SESSION_NOT_FOUND, 'there is no such stream: open one with GET');
  return undefined;
}

/** The address that a client POSTs its messages to. */
function postAddress(scope: string, id: string): string {
  const viewName = viewNameOf(scope);
  if (viewName !== undefined) return `/sse?view=${encodeURIComponent(viewName)}&sessionId=${id}`;
  return `${scope === '' ? '/sse' : `/sse/${encodeURIComponent(scope)}`}?sessionId=${id}`;
}

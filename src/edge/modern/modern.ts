/**
 * Everything for clients of 2026-07-28: each message stands for itself, and nothing outlives it but parked
 * calls and streams.
 */
import type { CallServer, SetLogLevel, TaskServer } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import { RPC } from '../../wire/codes.ts';
import { METHOD } from '../../wire/methods.ts';
import { MODERN_VERSION } from '../../wire/modern-names.ts';
import { createExchange, type Exchange, finishWhenReady } from '../http/exchange.ts';
import type { Incoming } from '../http/incoming.ts';
import type { KeepAlive } from '../http/keep-alive.ts';
import { type ClientMessage, type ClientRequest, responseOf } from '../http/message.ts';
import { refuse } from '../http/refuse.ts';
import { ClientNames } from '../shared/client-names.ts';
import type { Clients } from '../shared/clients.ts';
import { type Params, readParams } from '../shared/era.ts';
import type { Views } from '../shared/views.ts';
import { answer } from './answer.ts';
import { createModernCalls, type ModernCalls } from './calls.ts';
import { acceptNotification, checkRequest } from './check.ts';
import { createListenStreams, type ListenStreams } from './listen-streams.ts';
import type { ModernReply } from './reply.ts';
import { modernRequest } from './request.ts';

export interface ModernDeps {
  readonly views: Views;
  readonly call: CallServer;
  readonly taskServer: TaskServer;
  readonly setLogLevel: SetLogLevel;
  /** Called with the session id of every call and stream that ends. */
  readonly onSessionEnd: (sessionId: string) => void;
  readonly clock: Clock;
  readonly keepAlive: KeepAlive;
}

export interface Modern extends Clients {
  /**
   * POST of one message. `claim` is its params, if the message itself names its protocol version. Resolves
   * once the message is answered and its call has ended: until then its text is needed.
   */
  post(incoming: Incoming, message: ClientMessage, claim: Params | undefined): Promise<void>;
  /** Open `subscriptions/listen` streams. */
  readonly listenStreams: number;
  /** Calls that wait for their client to come back. */
  readonly parkedCalls: number;
}

export function createModern(deps: ModernDeps): Modern {
  const calls = createModernCalls(deps);
  const streams = createListenStreams(deps);
  const all = { ...deps, calls, streams, names: new ClientNames() };
  return {
    post: (incoming, message, claim) => post(all, incoming, message, claim),
    get listenStreams() {
      return streams.count;
    },
    get parkedCalls() {
      return calls.parked;
    },
    notify: calls.notify,
    notifyFollower: streams.notifyFollower,
    ask: calls.ask,
    catalogChanged: streams.catalogChanged,
    expel(whyOver) {
      streams.expel(whyOver);
      calls.expel(whyOver);
    },
    endStreams() {
      streams.end();
      calls.endParked();
    },
    close() {},
  };
}

interface Parts extends ModernDeps {
  readonly calls: ModernCalls;
  readonly streams: ListenStreams;
  readonly names: ClientNames;
}

async function post(
  { views, taskServer, keepAlive, calls, streams, names }: Parts,
  incoming: Incoming,
  message: ClientMessage,
  claim: Params | undefined,
): Promise<void> {
  const { request, response } = incoming;
  if (message.kind === 'response')
    return refuse(response, 400, RPC.INVALID_REQUEST, `clients of ${MODERN_VERSION} send no responses`);
  if (message.kind === 'notification') return acceptNotification(request, response, message.method);
  if (message.kind !== 'request') return;
  const params = claim ?? readParams(message);
  const meta = checkRequest(incoming, message, params);
  if ('refused' in meta) return finish(createExchange(incoming, message.id), message, meta.refused);
  if (message.method === METHOD.LISTEN) return streams.open(incoming, message, params);
  const accepted = modernRequest(incoming, message, params, meta, names);
  const { exchange } = accepted;
  const reply = answer({ views, calls, taskServer }, accepted);
  if (!(reply instanceof Promise)) return finish(exchange, message, reply);
  await finishWhenReady(keepAlive, exchange, reply, (settled) => finish(exchange, message, settled));
  await calls.over(accepted.caller.sessionId);
}

function finish(exchange: Exchange, { id }: ClientRequest, { kind, pieces, status }: ModernReply): void {
  exchange.finish(responseOf(id, kind, pieces), status);
}

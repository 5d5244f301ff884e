import { GatewayError, toGatewayError } from '../errors.ts';
import type { Call, CallRequest, Reply } from '../model/ports.ts';
import { RPC } from '../rpc/codes.ts';
import { failure } from './upstream/failures.ts';
import type { Upstream } from './upstream/upstream.ts';

/** Processes of one server besides the shared one; a session more is refused. */
const MAX_UPSTREAMS = 64;

/** Opens a connection of its own for one owner. `onLost` is called when it ends by itself. */
export type OpenOwn = (client: Client, signal: AbortSignal, onLost: () => void) => Promise<Upstream>;

/** Whom a connection is for, and what that client can be asked (JSON text). */
export interface Client {
  readonly sessionId: string;
  readonly capabilities?: string | undefined;
}

/** Connections of one server that belong to one session, or to one call. */
export interface Isolated {
  /** `isolation: session`: opened at the session's first call, kept until it ends. */
  callInSession(client: Client, request: CallRequest): Call;
  /** `isolation: call`: opened for this call and closed after it. */
  callAlone(client: Client, request: CallRequest): Call;
  /** Whether the session has its connection, or could get one. */
  hasRoom(sessionId: string): boolean;
  /** Every connection of the session, each once it is open. */
  visit(sessionId: string, see: (upstream: Upstream) => void): void;
  /** Ends what belongs to the session. */
  endSession(sessionId: string, graceMs: number): Promise<void>;
  drain(timeoutMs: number): Promise<void>;
  close(graceMs: number): Promise<void>;
  readonly count: number;
}

interface Own {
  readonly abort: AbortController;
  readonly opened: Promise<Upstream>;
}

export function createIsolated(serverName: string, open: OpenOwn): Isolated {
  const owned = new Map<string, Own>();
  let calls = 0;

  const start = (owner: string, client: Client): Own => {
    const abort = new AbortController();
    const own: Own = { abort, opened: open(client, abort.signal, () => forget(owner, own)) };
    owned.set(owner, own);
    own.opened.catch(() => forget(owner, own));
    return own;
  };
  const forget = (owner: string, own: Own): void => {
    if (owned.get(owner) === own) owned.delete(owner);
  };
  const end = async (owner: string, graceMs: number): Promise<void> => {
    const own = owned.get(owner);
    if (!own) return;
    owned.delete(owner);
    own.abort.abort();
    await own.opened.then(
      (upstream) => upstream.close(graceMs),
      () => {},
    );
  };
  const full = (): Call => {
    const error = new GatewayError(
      'SERVER_REFUSED',
      `${serverName} runs for ${MAX_UPSTREAMS} sessions already, each in a process of its own`,
      {
        hint: 'end sessions that are not needed, or set `isolation: shared`',
      },
    );
    return { reply: Promise.resolve(failure(RPC.SERVER_BUSY, error)), cancel: () => {} };
  };

  const ownersOf = (sessionId: string): string[] =>
    [...owned.keys()].filter((owner) => owner === sessionId || owner.startsWith(`${sessionId} `));

  return {
    hasRoom: (sessionId) => owned.has(sessionId) || owned.size < MAX_UPSTREAMS,
    visit(sessionId, see) {
      for (const owner of ownersOf(sessionId)) void owned.get(owner)?.opened.then(see, () => {});
    },
    callInSession(client, request) {
      const { sessionId } = client;
      const known = owned.get(sessionId);
      if (!known && owned.size >= MAX_UPSTREAMS) return full();
      return callWhenOpen((known ?? start(sessionId, client)).opened, request);
    },
    callAlone(client, request) {
      if (owned.size >= MAX_UPSTREAMS) return full();
      calls += 1;
      const owner = `${client.sessionId} ${calls}`;
      const call = callWhenOpen(start(owner, client).opened, request);
      void call.reply.then(() => end(owner, 0));
      return call;
    },
    async endSession(sessionId, graceMs) {
      if (owned.size === 0) return;
      await Promise.all(ownersOf(sessionId).map((owner) => end(owner, graceMs)));
    },
    async drain(timeoutMs) {
      await Promise.all(
        [...owned.values()].map(({ opened }) =>
          opened.then(
            (upstream) => upstream.drain(timeoutMs),
            () => {},
          ),
        ),
      );
    },
    async close(graceMs) {
      await Promise.all([...owned.keys()].map((owner) => end(owner, graceMs)));
    },
    get count() {
      return owned.size;
    },
  };
}

/** A call that waits for its connection; cancelled before that, it is never sent. */
function callWhenOpen(opened: Promise<Upstream>, request: CallRequest): Call {
  let under: Call | undefined;
  const cancelled = Promise.withResolvers<Reply>();
  let isCancelled = false;
  const sent = opened.then(
    (upstream) => {
      if (isCancelled) return cancelled.promise;
      under = upstream.call(request);
      return under.reply;
    },
    (error): Reply => failure(RPC.SERVER_GONE, toGatewayError(error)),
  );
  return {
    reply: Promise.race([sent, cancelled.promise]),
    cancel(reason) {
      isCancelled = true;
      if (under) under.cancel(reason);
      else
        cancelled.resolve(
          failure(
            RPC.CALL_CANCELLED,
            new GatewayError('SERVER_REFUSED', reason ?? 'the call was cancelled', {}),
          ),
        );
    },
  };
}

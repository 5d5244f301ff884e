import type { Call, CallRequest } from '../model/ports.ts';
import { member, stringAt } from '../rpc/envelope.ts';
import type { Upstream } from './upstream/upstream.ts';

/** Resources that clients follow over the connections they share, so that a server which comes anew is asked for them again. */
export interface Subscriptions {
  /** A request to that server over the connection that clients share. */
  during(serverName: string, request: CallRequest, call: Call): Call;
  /** Whatever becomes of it, nobody wants the resource any more. */
  dropped(serverName: string, request: CallRequest): void;
  /** Asks a new connection for all that the one before had. */
  apply(serverName: string, upstream: Upstream): void;
}

const SUBSCRIBE = 'resources/subscribe';
/** Of one server; more are not asked for again. */
const MAX_URIS = 10_000;

export function createSubscriptions(): Subscriptions {
  const servers = new Map<string, Set<string>>();

  function note(serverName: string, uri: string): void {
    const uris = servers.get(serverName) ?? new Set();
    if (uris.size < MAX_URIS) servers.set(serverName, uris.add(uri));
  }

  return {
    during(serverName, request, call) {
      if (request.method !== SUBSCRIBE) return call;
      const uri = uriOf(request);
      void call.reply.then(({ kind }) => kind === 'result' && note(serverName, uri));
      return call;
    },
    dropped(serverName, request) {
      if (request.method !== 'resources/unsubscribe') return;
      const uris = servers.get(serverName);
      uris?.delete(uriOf(request));
      if (uris?.size === 0) servers.delete(serverName);
    },
    apply(serverName, upstream) {
      for (const uri of servers.get(serverName) ?? [])
        upstream.call({ method: SUBSCRIBE, params: Buffer.from(JSON.stringify({ uri })) });
    },
  };
}

function uriOf({ params }: CallRequest): string {
  return (params && stringAt(params, member(params, { start: 0, end: params.length }, 'uri'))) ?? '';
}

import type { Call, CallRequest } from '../../model/calls.ts';
import { member, stringAt, whole } from '../../wire/envelope.ts';
import { METHOD } from '../../wire/methods.ts';
import type { Upstream } from '../upstream/upstream.ts';

/** Resources, and tasks, that clients follow over the connections they share, so that a server which comes anew is asked for them again. */
export interface Subscriptions {
  /** A request to that server over the connection that clients share. */
  during(serverName: string, request: CallRequest, call: Call): Call;
  /** Whatever becomes of it, nobody wants the resource any more. */
  dropped(serverName: string, request: CallRequest): void;
  /** Asks a new connection for all that the one before had. */
  apply(serverName: string, upstream: Upstream): void;
}

/** The member that names what is asked for; by method, with the one that ends it. */
const KINDS = [
  { subscribe: METHOD.RESOURCES_SUBSCRIBE, unsubscribe: METHOD.RESOURCES_UNSUBSCRIBE, key: 'uri' },
  { subscribe: METHOD.TASKS_SUBSCRIBE, unsubscribe: METHOD.TASKS_UNSUBSCRIBE, key: 'taskId' },
];
/** Of one server; more are not asked for again. */
const MAX_WISHES = 10_000;

export function createSubscriptions(): Subscriptions {
  const servers = new Map<string, Set<string>>();

  function note(serverName: string, wish: string): void {
    const wishes = servers.get(serverName) ?? new Set();
    if (wishes.size < MAX_WISHES) servers.set(serverName, wishes.add(wish));
  }

  return {
    during(serverName, request, call) {
      const kind = KINDS.find(({ subscribe }) => subscribe === request.method);
      if (!kind) return call;
      const wish = wishOf(kind, request);
      void call.reply.then((reply) => reply.kind === 'result' && note(serverName, wish));
      return call;
    },
    dropped(serverName, request) {
      const kind = KINDS.find(({ unsubscribe }) => unsubscribe === request.method);
      if (!kind) return;
      const wishes = servers.get(serverName);
      wishes?.delete(wishOf(kind, request));
      if (wishes?.size === 0) servers.delete(serverName);
    },
    apply(serverName, upstream) {
      for (const wish of servers.get(serverName) ?? []) {
        const [method = '', name = ''] = JSON.parse(wish) as string[];
        const { key = '' } = KINDS.find(({ subscribe }) => subscribe === method) ?? {};
        upstream.call({ method, params: Buffer.from(JSON.stringify({ [key]: name })) });
      }
    },
  };
}

/** The request that is made again, as text that is the same for the same thing. */
function wishOf({ subscribe, key }: (typeof KINDS)[number], { params }: CallRequest): string {
  const name = params && stringAt(params, member(params, whole(params), key));
  return JSON.stringify([subscribe, name ?? '']);
}

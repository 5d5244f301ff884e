/**
 * The calls of modern clients to servers. Each has a session id of its own, so that a legacy server which
 * asks its client something can be told which client that is.
 */
import type { CallServer, Reply, ServerNotification, ServerRequest, SetLogLevel } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import { createBriefMap } from '../../model/collections/brief-map.ts';
import { MCP_LEVELS } from '../../model/watch/log-search.ts';
import { RPC } from '../../wire/codes.ts';
import { NOTIFICATION } from '../../wire/methods.ts';
import type { WhyOver } from '../shared/clients.ts';
import type { ServerRoute } from '../shared/route.ts';
import { ModernCall } from './call.ts';
import { createParked } from './parked.ts';
import { type ModernReply, modernRefusal } from './reply.ts';
import { bindingOf, type ModernRequest } from './request.ts';

export interface ModernCallsDeps {
  readonly call: CallServer;
  readonly clock: Clock;
  readonly setLogLevel: SetLogLevel;
  /** Called with the session id of every call that ends. */
  readonly onSessionEnd: (sessionId: string) => void;
}

export interface ModernCalls {
  /** Sends a call. Never rejects. */
  start(incoming: ModernRequest, route: ServerRoute): Promise<ModernReply>;
  /**
   * Continues the call that `requestState` stands for; undefined if the gateway did not issue that. Never
   * rejects.
   */
  resume(incoming: ModernRequest, requestState: string): Promise<ModernReply> | undefined;
  /** Passes on a server's request; undefined if the session id is of no call here. Never rejects. */
  ask(request: ServerRequest): Promise<Reply> | undefined;
  /** Passes on a server's notification; false if its session id is of no call here. */
  notify(notification: ServerNotification): boolean;
  /** Resolves once the call of that session id has ended; undefined if there is none. Never rejects. */
  over(sessionId: string): Promise<void> | undefined;
  /** Calls that wait for their client to come back. */
  readonly parked: number;
  /** Gives up the calls of clients that may no longer be served. */
  expel(whyOver: WhyOver): void;
  /** Gives up the parked calls; those under way may finish. */
  endParked(): void;
}

/** How long people may take to answer. */
const ANSWER_TIMEOUT_MS = 600_000;
/** Half of it for one client, while no other has a parked call. */
const MAX_PARKED = 2_000;

export function createModernCalls({ call, clock, setLogLevel, onSessionEnd }: ModernCallsDeps): ModernCalls {
  const calls = createBriefMap<string, ModernCall>();
  const limits = { max: MAX_PARKED, timeoutMs: ANSWER_TIMEOUT_MS };
  const parked = createParked<ModernCall>(clock, limits, (it) =>
    it.giveUp('the client did not come back in time'),
  );
  const table = {
    park: (it: ModernCall) => parked.add(it, it.first.caller.principal),
    ended({ sessionId }: ModernCall) {
      if (calls.delete(sessionId)) onSessionEnd(sessionId);
    },
  };

  const giveUp = (it: ModernCall, why: string): void => {
    parked.drop(it);
    it.giveUp(why);
  };

  return {
    start(incoming, { serverName, params, target }) {
      const { request, meta, caller } = incoming;
      const started = new ModernCall(incoming, table);
      calls.set(caller.sessionId, started);
      const level = meta.logLevel === undefined ? undefined : MCP_LEVELS[meta.logLevel];
      if (level !== undefined) setLogLevel(caller.sessionId, level);
      return started.start((reports) =>
        call(serverName, { method: request.method, params, target, ...reports }, caller),
      );
    },
    resume(incoming, requestState) {
      const binding = bindingOf(incoming);
      const taken = parked.take(requestState, ({ first }) => bindingOf(first) === binding);
      if (taken.kind === 'found') return taken.value.resume(incoming);
      if (taken.kind === 'foreign') return undefined;
      return Promise.resolve(modernRefusal(RPC.INVALID_PARAMS, STATE_PROBLEM[taken.kind]));
    },
    ask: (request) => calls.get(request.sessionId)?.ask(request),
    notify({ sessionId, method, params }) {
      const found = sessionId === undefined ? undefined : calls.get(sessionId);
      // Other notifications name nobody that they are for.
      if (method === NOTIFICATION.LOG_MESSAGE) found?.notify(method, params);
      return found !== undefined;
    },
    over: (sessionId) => calls.get(sessionId)?.over,
    get parked() {
      return parked.all().length;
    },
    expel(whyOver) {
      for (const it of [...calls.values()]) {
        const why = whyOver(it.first.caller.principal, it.first.scope);
        if (why !== undefined) giveUp(it, why);
      }
    },
    endParked() {
      for (const it of parked.all()) giveUp(it, 'the gateway is shutting down');
    },
  };
}

const STATE_PROBLEM = {
  gone: 'requestState has expired or was used before: send the request anew without it',
  misfit: 'requestState belongs to another request',
} as const;

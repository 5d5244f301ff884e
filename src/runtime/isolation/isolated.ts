import { GatewayError, toGatewayError } from '../../errors.ts';
import type { Caller } from '../../model/caller.ts';
import type { Call, CallRequest, Reply } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import { RPC } from '../../wire/codes.ts';
import { METHOD } from '../../wire/methods.ts';
import { failure } from '../upstream/requests/failures.ts';
import type { TaskUse } from '../upstream/requests/running-tasks.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { createSpare, type OpenOwn, type Own, openOwn } from './standby.ts';

/** Processes of one server besides the shared one; a session more is refused. */
const MAX_UPSTREAMS = 64;

/** Connections of one server that belong to one session, or to one call. */
export interface Isolated {
  /**
   * `isolation: session`: opens the connection at the session's first call and keeps it until the session ends. A
   * modern caller has but this one request, and its next one is most likely alike: a standby is opened for that.
   */
  callInSession(caller: Caller, request: CallRequest): Call;
  /** `isolation: call`: opened for this call and closed after it. */
  callAlone(caller: Caller, request: CallRequest): Call;
  /** Whether the session has its connection, or could get one. */
  hasRoom(sessionId: string): boolean;
  /** Every connection of the session, each once it is open. */
  visit(sessionId: string, see: (upstream: Upstream) => void): void;
  /** Ends what belongs to the session. */
  endSession(sessionId: string, graceMs: number): Promise<void>;
  drain(timeoutMs: number, isWithTasks?: boolean): Promise<void>;
  close(graceMs: number): Promise<void>;
  /** Those that somebody has. */
  readonly count: number;
  /** Of each of them. */
  readonly tasks: readonly TaskUse[];
  /** The connection of that session on which the task was begun. */
  holderOf(taskId: string, sessionId: string | undefined): Upstream | undefined;
}

export function createIsolated(serverName: string, open: OpenOwn, clock: Clock): Isolated {
  const owned = new Map<string, Own>();
  const spare = createSpare(open, clock);
  /** Those that belong to nobody any more, but to calls under way. */
  const leaving = new Set<Own>();
  let calls = 0;

  const start = (owner: string, { sessionId, capabilities }: Caller, isBrief: boolean): Own => {
    const own = spare.take(capabilities) ?? openOwn(open, capabilities);
    const lost = (drainMs?: number): void => {
      forget(owner, own);
      if (drainMs !== undefined) void leave(own, drainMs);
    };
    own.onLost = lost;
    own.owner.belongsTo(sessionId);
    owned.set(owner, own);
    if (owned.size >= MAX_UPSTREAMS) void spare.drop();
    const another = (): void => {
      if (isBrief && owned.size < MAX_UPSTREAMS) spare.prepare(capabilities);
    };
    // The call itself goes first.
    own.opened.then(
      () => setImmediate(another),
      () => forget(owner, own),
    );
    return own;
  };
  const forget = (owner: string, own: Own): void => {
    if (owned.get(owner) === own) owned.delete(owner);
  };
  const leave = async (own: Own, drainMs: number): Promise<void> => {
    leaving.add(own);
    await own.upstream?.drain(drainMs);
    await own.end(0);
    leaving.delete(own);
  };
  const end = async (owner: string, graceMs: number): Promise<void> => {
    const own = owned.get(owner);
    if (!own) return;
    owned.delete(owner);
    await own.end(graceMs);
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
    callInSession(caller, request) {
      const { sessionId, era } = caller;
      const known = owned.get(sessionId);
      if (!known && owned.size >= MAX_UPSTREAMS) return full();
      const isBrief = era === 'modern' && !LASTING.has(request.method);
      return callWhenOpen((known ?? start(sessionId, caller, isBrief)).opened, request, caller);
    },
    callAlone(caller, request) {
      if (owned.size >= MAX_UPSTREAMS) return full();
      calls += 1;
      const owner = `${caller.sessionId} ${calls}`;
      const call = callWhenOpen(start(owner, caller, true).opened, request, caller);
      void call.reply.then(() => end(owner, 0));
      return call;
    },
    async endSession(sessionId, graceMs) {
      if (owned.size === 0) return;
      await Promise.all(ownersOf(sessionId).map((owner) => end(owner, graceMs)));
    },
    async drain(timeoutMs, isWithTasks) {
      await spare.close();
      await Promise.all(
        [...owned.values(), ...leaving].map(({ opened }) =>
          opened.then(
            (upstream) => upstream.drain(timeoutMs, isWithTasks),
            () => {},
          ),
        ),
      );
    },
    async close(graceMs) {
      const ended = [...leaving].map((own) => own.end(graceMs));
      await Promise.all([spare.close(), ...ended, ...[...owned.keys()].map((owner) => end(owner, graceMs))]);
    },
    get count() {
      return owned.size;
    },
    get tasks() {
      return [...owned.values()].flatMap(({ upstream }) => upstream?.tasks ?? []);
    },
    holderOf(taskId, sessionId) {
      const isHolder = ({ upstream }: Own): boolean => upstream?.tasks.knows(taskId, sessionId) === true;
      return [...owned.values()].find(isHolder)?.upstream;
    },
  };
}

/** Requests of modern streams, which last: no next one follows at once. */
const LASTING: ReadonlySet<string> = new Set([METHOD.RESOURCES_SUBSCRIBE, METHOD.TASKS_SUBSCRIBE]);

/** A call that waits for its connection; cancelled before that, it is never sent. */
function callWhenOpen(opened: Promise<Upstream>, request: CallRequest, caller: Caller): Call {
  let under: Call | undefined;
  const cancelled = Promise.withResolvers<Reply>();
  let isCancelled = false;
  const sent = opened.then(
    (upstream) => {
      if (isCancelled) return cancelled.promise;
      under = upstream.call(request, caller);
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

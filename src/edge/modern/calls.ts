/**
 * Modern requests that go to servers. Each works under a session id of its own, so that a legacy server which asks its client something
 * can be told whom: then the call is parked, the client gets `input_required`, and its retry takes the call up again.
 */
import type { Caller } from '../../model/caller.ts';
import type {
  Call,
  CallServer,
  Reply,
  ServerNotification,
  ServerRequest,
  SetLogLevel,
} from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import { createBriefMap } from '../../wire/brief-map.ts';
import { RPC } from '../../wire/codes.ts';
import { refusal } from '../http/message.ts';
import { LOG_LEVELS } from '../shared/log-levels.ts';
import { inputRequired } from './input-requests.ts';
import { LOG_MESSAGE, tell, tellProgress } from './notifications.ts';
import { createParked } from './parked.ts';
import { type ModernReply, modernRefusal, modernReply } from './reply.ts';
import { bindingOf, type ModernRequest } from './request.ts';
import { answerAll, askProblem, put, type Questions, refuseAll } from './server-requests.ts';

export interface ModernCallsDeps {
  readonly call: CallServer;
  readonly clock: Clock;
  readonly setLogLevel: SetLogLevel;
  readonly onSessionEnd: (sessionId: string) => void;
}

export interface ModernCalls {
  /** `own` are the params with the server's own name in them. */
  start(incoming: ModernRequest, serverName: string, own: Buffer): Promise<ModernReply>;
  /** Takes up the call that this request's `requestState` stands for; undefined when that is none of ours. */
  resume(incoming: ModernRequest, requestState: string): Promise<ModernReply> | undefined;
  /** What a server asks for the sake of one of these; undefined when the session is none of them. */
  ask(request: ServerRequest): Promise<Reply> | undefined;
  /** False when the notification belongs to none of these. */
  notify(notification: ServerNotification): boolean;
  /** Calls that wait for their client to come back. */
  readonly parked: number;
  /** Gives up what is parked for those who may no longer come. */
  forget(isGone: (principal: string) => boolean): void;
}

/** People think: that long (ms) a call waits for their answer. */
const PATIENCE = 600_000;
/** A thousand of one client, while it is the only one. */
const MAX_PARKED = 2_000;

/** One call to a server, and who waits for it: nobody while it is parked. */
interface Work {
  readonly caller: Caller;
  readonly first: ModernRequest;
  readonly asked: Questions;
  call: Call | undefined;
  reply: Reply | undefined;
  waiting: { readonly incoming: ModernRequest; settle(reply: ModernReply): void } | undefined;
  isParked: boolean;
  lastKey: number;
}

export function createModernCalls(deps: ModernCallsDeps): ModernCalls {
  const works = createBriefMap<string, Work>();
  const parked = createParked<Work>(deps.clock, { max: MAX_PARKED, patience: PATIENCE }, (work) =>
    giveUp(work, 'the client did not come back in time'),
  );

  function end(work: Work): void {
    if (!works.delete(work.caller.sessionId)) return;
    refuseAll(work.asked, 'the call has ended');
    deps.onSessionEnd(work.caller.sessionId);
  }

  function giveUp(work: Work, reason: string): void {
    work.isParked = false;
    work.waiting = undefined;
    if (work.reply) end(work);
    else work.call?.cancel(reason);
  }

  function settle(work: Work, reply: Reply): void {
    work.reply = reply;
    if (work.waiting) deliver(work, reply);
    else if (!work.isParked) end(work);
  }

  function deliver(work: Work, reply: Reply): void {
    const { incoming, settle: answer } = work.waiting as NonNullable<Work['waiting']>;
    end(work);
    answer(modernReply(incoming.request.method, reply, incoming.meta.asks));
  }

  /** The client is asked for everything at once that came in one go. */
  function park(work: Work): void {
    const { waiting } = work;
    if (!waiting || work.reply || work.asked.size === 0) return;
    const handle = parked.add(work, work.first.caller.principal);
    if (handle === undefined) {
      refuseAll(work.asked, 'too many calls wait for their clients already');
      return;
    }
    work.isParked = true;
    work.waiting = undefined;
    waiting.settle(inputRequired(work.asked, handle));
  }

  function wait(work: Work, incoming: ModernRequest): Promise<ModernReply> {
    const { promise, resolve } = Promise.withResolvers<ModernReply>();
    work.waiting = { incoming, settle: resolve };
    incoming.exchange.onGone(() => {
      if (work.waiting?.incoming === incoming) giveUp(work, 'the client closed the stream');
    });
    if (work.reply) deliver(work, work.reply);
    else park(work);
    return promise;
  }

  return {
    start(incoming, serverName, own) {
      const { request, meta } = incoming;
      const { caller } = incoming;
      const work: Work = { ...IDLE, caller, first: incoming, asked: new Map() };
      works.set(caller.sessionId, work);
      const level = meta.logLevel === undefined ? undefined : LOG_LEVELS[meta.logLevel];
      if (level !== undefined) deps.setLogLevel(caller.sessionId, level);
      const outgoing = {
        method: request.method,
        params: own,
        onProgress: (params: Buffer) => tellProgress(incoming, work.waiting?.incoming, params),
        onNotification: (method: string, params: Buffer | undefined) =>
          tell(work.waiting?.incoming, method, params),
      };
      work.call = deps.call(serverName, outgoing, caller);
      void work.call.reply.then((reply) => settle(work, reply));
      return wait(work, incoming);
    },
    resume(incoming, requestState) {
      const { request, params } = incoming;
      const binding = bindingOf(incoming);
      const taken = parked.take(requestState, ({ first }) => bindingOf(first) === binding);
      if (taken.kind === 'foreign') return undefined;
      if (taken.kind !== 'found')
        return Promise.resolve(modernRefusal(RPC.INVALID_PARAMS, HANDLE_PROBLEM[taken.kind]));
      const work = taken.value;
      work.isParked = false;
      answerAll(work.asked, request.text, params, incoming.meta.asks);
      return wait(work, incoming);
    },
    ask(request) {
      const work = works.get(request.sessionId);
      if (!work) return undefined;
      const incoming = work.waiting?.incoming ?? (work.isParked ? work.first : undefined);
      const problem = askProblem(work.asked, incoming, request);
      if (problem) return Promise.resolve(refusal(problem.code, problem.message));
      work.lastKey += 1;
      setImmediate(park, work);
      return put(work.asked, `${request.serverName}-${work.lastKey}`, request);
    },
    notify({ sessionId, method, params }) {
      const work = sessionId === undefined ? undefined : works.get(sessionId);
      if (work && method === LOG_MESSAGE) tell(work.waiting?.incoming, method, params);
      return work !== undefined;
    },
    get parked() {
      return parked.all().length;
    },
    forget(isGone) {
      for (const work of parked.all()) {
        if (!isGone(work.first.caller.principal)) continue;
        parked.drop(work);
        giveUp(work, 'its client may no longer use the gateway');
      }
    },
  };
}

const IDLE = {
  call: undefined,
  reply: undefined,
  waiting: undefined,
  isParked: false,
  lastKey: 0,
} as const;

const HANDLE_PROBLEM = {
  gone: 'requestState has expired or was used before: send the request anew without it',
  misfit: 'requestState belongs to another request',
} as const;

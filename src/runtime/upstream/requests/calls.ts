import { randomInt } from 'node:crypto';
import type { GatewayError } from '../../../errors.ts';
import type { Caller } from '../../../model/caller.ts';
import type { Call, CallRequest, Reply } from '../../../model/calls.ts';
import type { Clock } from '../../../model/clock.ts';
import { createBriefMap } from '../../../wire/brief-map.ts';
import { RPC } from '../../../wire/codes.ts';
import { requestText } from '../../../wire/message.ts';
import { METHOD } from '../../../wire/methods.ts';
import { busyReply, cancelReply, maximumReply, timeoutReply } from './call-errors.ts';
import { createDeadlines, type Timed } from './deadlines.ts';
import { failure } from './failures.ts';
import { createIdle } from './idle.ts';
import type { Asked } from './running-tasks.ts';
import { idNumber, readProgress, replaceToken } from './token.ts';

interface Pending extends Timed, Asked {
  readonly settle: (reply: Reply) => void;
  /** After that no progress helps it any more. */
  readonly last: number;
  /** What the timeout is, in milliseconds. */
  ms: number;
  readonly options: CallOptions;
}

export interface CallOptions {
  /** Replaces the timeouts configured; 0 is none. */
  readonly timeoutMs?: number | undefined;
  /** HTTP headers of this one message; other links have none. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** It lasts as long as the connection: it is no call in flight, and nothing waits for its end. */
  readonly background?: boolean;
  /** It asks for log messages, which servers send only then (modern era). */
  readonly logs?: boolean;
}

/** A call with the id that it has on this connection. */
export interface SentCall extends Call {
  readonly id: number;
}

/** Milliseconds that a call may take without progress and in all, and how many may wait at once. */
export interface CallLimits {
  readonly call: number;
  readonly callMax: number;
  readonly maxInFlight: number;
}

export interface CallsOptions {
  readonly serverName: string;
  readonly clock: Clock;
  readonly limits: () => CallLimits;
  /** What is known to be wrong with the server, for the error of a call that waited in vain. */
  readonly trouble: () => string | undefined;
  readonly send: (message: Buffer, headers?: CallOptions['headers'], caller?: Caller) => Promise<void>;
  /** Tells the server that nobody waits for this any more. */
  readonly withdraw: (id: number, reason: string) => void;
  /** Told of what the server answered, before whoever asked. */
  readonly onAnswer: (asked: Asked, reply: Reply) => void;
}

/** What a link may take to tell why the server is over, once it takes no input; milliseconds. */
const END_NEWS_MS = 6_000;

/** Requests in flight to one server: their ids, tokens, timeouts and ends. */
export interface Calls {
  readonly inFlight: number;
  /** `caller` is absent for requests of the gateway itself. */
  call(request: CallRequest, options?: CallOptions, caller?: Caller): SentCall;
  /** False for an answer that nobody waits for. */
  answer(id: Buffer, reply: Reply): boolean;
  /** False for progress that nobody waits for. */
  progress(params: Buffer): boolean;
  /**
   * Passes a notification to the call that certainly caused it: `during` is the id of the call on whose response it came, else it is
   * the only one that asked for log messages. False when there is none.
   */
  tell(method: string, params: Buffer | undefined, during: number | undefined): boolean;
  /** While somebody at a client thinks about what the server asked, no call times out. The returned function ends it. */
  hold(): () => void;
  /** Counts as a call in flight while the work goes on, though the server waits for nothing. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Whether that id and method are a request of ours: then the server is only echoing it. */
  isOurs(id: Buffer, method: string): boolean;
  /** Settles everything in flight, and whatever comes later, with this. */
  close(reply: Reply): void;
  /** Resolves when nothing is in flight any more, or after that time. */
  drain(timeoutMs: number): Promise<void>;
}

export function createCalls(options: CallsOptions): Calls {
  const { serverName, clock, limits, trouble, send, withdraw, onAnswer } = options;
  const pending = createBriefMap<number, Pending>();
  // Other than those of an earlier connection to the same process, whose late answers may still come; and always within 32 bits.
  let nextId = randomInt(1, 1_000_000) * 1_000;
  let over: Reply | undefined;
  let held = 0;
  let background = 0;
  let working = 0;
  const inFlight = (): number => pending.size - background + working;
  const idle = createIdle(() => inFlight() === 0, clock);

  function settle(id: number, reply: Reply): boolean {
    const entry = pending.get(id);
    if (!entry) return false;
    pending.delete(id);
    if (entry.options.background) background -= 1;
    entry.settle(reply);
    idle.check();
    return true;
  }

  /** Settles first: whatever the server says about it later is late. */
  function abandon(id: number, reply: Reply, reason: string): void {
    const entry = pending.get(id);
    if (settle(id, reply) && entry?.request.method !== METHOD.INITIALIZE) withdraw(id, reason);
  }

  function extend(entry: Pending, ms: number): void {
    entry.ms = ms;
    entry.due = ms > 0 ? Math.min(deadlines.now() + ms, entry.last) : Number.POSITIVE_INFINITY;
    deadlines.watch(entry);
  }

  function expire(entry: Pending): void {
    const { id, request, due, last, ms } = entry;
    if (due === last) abandon(id, maximumReply(serverName, request, limits().callMax), 'maximum timeout');
    else if (held > 0) extend(entry, ms);
    else abandon(id, timeoutReply(serverName, request, ms, trouble()), 'timeout');
  }
  const deadlines = createDeadlines(clock, pending.values, expire);

  return {
    get inFlight() {
      return inFlight();
    },
    call(request, options = NO_OPTIONS, caller) {
      const { maxInFlight, call, callMax } = limits();
      const timeoutMs = options.timeoutMs ?? call;
      const last = options.timeoutMs === undefined ? deadlines.now() + callMax : Number.POSITIVE_INFINITY;
      const refused = over ?? (inFlight() >= maxInFlight ? busyReply(serverName, maxInFlight) : undefined);
      const id = nextId++;
      if (refused) return { id, reply: Promise.resolve(refused), cancel: () => {} };
      if (options.background) background += 1;
      const { params, token } = replaceToken(request.params, id);
      const reply = new Promise<Reply>((resolve) => {
        const entry: Pending = {
          id,
          request,
          caller,
          token,
          settle: resolve,
          due: last,
          last,
          ms: timeoutMs,
          options,
        };
        pending.set(id, entry);
        extend(entry, timeoutMs);
      });
      send(requestText(id, request.method, params), options.headers, caller).catch((error: GatewayError) => {
        const give = (): unknown => settle(id, failure(RPC.SERVER_GONE, error));
        // Its input is gone, so its end is about to be told, and says more.
        if (error.code === 'SERVER_EXITED') clock.setTimeout(give, END_NEWS_MS);
        else give();
      });
      return {
        id,
        reply,
        cancel: (reason = 'cancelled') => abandon(id, cancelReply(serverName, reason), reason),
      };
    },
    answer(id, reply) {
      const entry = pending.get(idNumber(id));
      if (!entry) return false;
      onAnswer(entry, reply);
      return settle(entry.id, reply);
    },
    progress(params) {
      const read = readProgress(params);
      const entry = read && pending.get(read.id);
      if (!read || !entry?.token) return false;
      if (Number.isFinite(entry.due)) extend(entry, limits().call);
      entry.request.onProgress?.(read.withToken(entry.token));
      return true;
    },
    tell(method, params, during) {
      const cause =
        during === undefined ? onlyOne(pending.values(), ({ options }) => options.logs) : pending.get(during);
      if (!cause?.request.onNotification) return false;
      cause.request.onNotification(method, params);
      return true;
    },
    hold() {
      held += 1;
      return () => {
        held -= 1;
      };
    },
    async during(work) {
      working += 1;
      try {
        return await work();
      } finally {
        working -= 1;
        idle.check();
      }
    },
    isOurs: (id, method) => pending.get(idNumber(id))?.request.method === method,
    close(reply) {
      over = reply;
      for (const id of [...pending.keys()]) settle(id, reply);
      deadlines.close();
    },
    drain: idle.drain,
  };
}

const NO_OPTIONS: CallOptions = {};

/** Undefined where there is none, or more than one. */
function onlyOne(
  pending: readonly Pending[],
  is: (entry: Pending) => boolean | undefined,
): Pending | undefined {
  let found: Pending | undefined;
  for (const entry of pending) {
    if (!is(entry)) continue;
    if (found) return undefined;
    found = entry;
  }
  return found;
}

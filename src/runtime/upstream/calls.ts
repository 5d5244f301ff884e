import { randomInt } from 'node:crypto';
import { GatewayError } from '../../errors.ts';
import { createBriefMap } from '../../model/brief-map.ts';
import type { Call, CallRequest, Clock, Reply } from '../../model/ports.ts';
import { RPC } from '../../rpc/codes.ts';
import { notificationText, requestText } from '../../rpc/message.ts';
import { failure } from './failures.ts';
import { idNumber, readProgress, replaceToken } from './token.ts';

interface Pending {
  readonly request: CallRequest;
  readonly token: Buffer | undefined;
  readonly settle: (reply: Reply) => void;
  timer: { cancel(): void } | undefined;
  /** Unix milliseconds after which no progress helps it any more. */
  readonly last: number;
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
  readonly send: (message: Buffer) => Promise<void>;
}

/** What a link may take to tell why the server is over, once it takes no input; milliseconds. */
const END_NEWS_MS = 6_000;

/** Requests in flight to one server: their ids, tokens, timeouts and ends. */
export interface Calls {
  readonly inFlight: number;
  /** `timeoutMs` replaces those configured; 0 is none. */
  call(request: CallRequest, timeoutMs?: number): Call;
  /** False for an answer that nobody waits for. */
  answer(id: Buffer, reply: Reply): boolean;
  /** False for progress that nobody waits for. */
  progress(params: Buffer): boolean;
  /** While somebody at a client thinks about what the server asked, no call times out. The returned function ends it. */
  hold(): () => void;
  /** Whether that id and method are a request of ours: then the server is only echoing it. */
  isOurs(id: Buffer, method: string): boolean;
  /** Settles everything in flight, and whatever comes later, with this. */
  close(reply: Reply): void;
  /** Resolves when nothing is in flight any more, or after that time. */
  drain(timeoutMs: number): Promise<void>;
}

export function createCalls({ serverName, clock, limits, trouble, send }: CallsOptions): Calls {
  const pending = createBriefMap<number, Pending>();
  const idle = new Set<() => void>();
  // Other than those of an earlier connection to the same process, whose late answers may still come; and always within 32 bits.
  let nextId = randomInt(1, 1_000_000) * 1_000;
  let over: Reply | undefined;
  let held = 0;

  function settle(id: number, reply: Reply): boolean {
    const entry = pending.get(id);
    if (!entry) return false;
    pending.delete(id);
    entry.timer?.cancel();
    entry.settle(reply);
    if (pending.size === 0) for (const done of idle) done();
    return true;
  }

  /** Settles first: whatever the server says about it later is late. */
  function abandon(id: number, reply: Reply, reason: string): void {
    const entry = pending.get(id);
    if (!settle(id, reply) || entry?.request.method === 'initialize') return;
    const params = Buffer.from(JSON.stringify({ requestId: id, reason }));
    send(notificationText('notifications/cancelled', params)).catch(() => {});
  }

  function startTimer(id: number, entry: Pending, ms: number): void {
    entry.timer?.cancel();
    const left = entry.last - clock.now();
    const over = (): void => {
      if (left < ms)
        abandon(id, maximumReply(serverName, entry.request, limits().callMax), 'maximum timeout');
      else if (held > 0) startTimer(id, entry, ms);
      else abandon(id, timeoutReply(serverName, entry.request, ms, trouble()), 'timeout');
    };
    entry.timer = clock.setTimeout(over, Math.max(0, Math.min(ms, left)));
  }

  return {
    get inFlight() {
      return pending.size;
    },
    call(request, ownTimeoutMs) {
      const { maxInFlight, call, callMax } = limits();
      const timeoutMs = ownTimeoutMs ?? call;
      const last = ownTimeoutMs === undefined ? clock.now() + callMax : Number.POSITIVE_INFINITY;
      const refused = over ?? (pending.size >= maxInFlight ? busyReply(serverName, maxInFlight) : undefined);
      if (refused) return { reply: Promise.resolve(refused), cancel: () => {} };
      const id = nextId++;
      const { params, token } = replaceToken(request.params, id);
      const reply = new Promise<Reply>((resolve) => {
        const entry: Pending = { request, token, settle: resolve, timer: undefined, last };
        pending.set(id, entry);
        if (timeoutMs > 0) startTimer(id, entry, timeoutMs);
      });
      send(requestText(id, request.method, params)).catch((error: GatewayError) => {
        const give = (): unknown => settle(id, failure(RPC.SERVER_GONE, error));
        // Its input is gone, so its end is about to be told, and says more.
        if (error.code === 'SERVER_EXITED') clock.setTimeout(give, END_NEWS_MS);
        else give();
      });
      return {
        reply,
        cancel: (reason = 'cancelled') => abandon(id, cancelReply(serverName, reason), reason),
      };
    },
    answer: (id, reply) => settle(idNumber(id), reply),
    progress(params) {
      const read = readProgress(params);
      const entry = read && pending.get(read.id);
      if (!read || !entry?.token) return false;
      if (entry.timer) startTimer(read.id, entry, limits().call);
      entry.request.onProgress?.(read.withToken(entry.token));
      return true;
    },
    hold() {
      held += 1;
      return () => {
        held -= 1;
      };
    },
    isOurs: (id, method) => pending.get(idNumber(id))?.request.method === method,
    close(reply) {
      over = reply;
      for (const id of [...pending.keys()]) settle(id, reply);
    },
    drain(timeoutMs) {
      if (pending.size === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          idle.delete(done);
          timer.cancel();
          resolve();
        };
        const timer = clock.setTimeout(done, timeoutMs);
        idle.add(done);
      });
    },
  };
}

function timeoutReply(
  serverName: string,
  { method }: CallRequest,
  ms: number,
  trouble: string | undefined,
): Reply {
  const why = trouble ? ` (${trouble})` : '';
  const what = `${serverName} did not answer ${method} within ${ms} ms${why}`;
  const error = new GatewayError('SERVER_TIMEOUT', what, {
    hint: trouble ? `hive restart ${serverName}` : 'raise `timeouts.call` of this server if it needs longer',
  });
  return failure(RPC.CALL_TIMEOUT, error);
}

/** Progress without end is no answer (MCP 2025-11-25, basic/lifecycle, Timeouts: a maximum regardless of progress). */
function maximumReply(serverName: string, { method }: CallRequest, ms: number): Reply {
  const what = `${serverName} was not done with ${method} within ${ms} ms, the most that any call may take`;
  const error = new GatewayError('SERVER_TIMEOUT', what, {
    hint: 'raise `timeouts.callMax` of this server if its calls need longer',
  });
  return failure(RPC.CALL_TIMEOUT, error);
}

const cancelReply = (serverName: string, reason: string): Reply => ({
  kind: 'error',
  json: Buffer.from(
    JSON.stringify({
      code: RPC.CALL_CANCELLED,
      message: `the call to ${serverName} was cancelled: ${reason}`,
    }),
  ),
});

function busyReply(serverName: string, max: number): Reply {
  const error = new GatewayError('SERVER_REFUSED', `${serverName} has ${max} calls in flight already`, {
    hint: 'wait for some of them, or raise `maxInFlight` of this server',
  });
  return failure(RPC.SERVER_BUSY, error);
}

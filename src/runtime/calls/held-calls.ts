import { GatewayError } from '../../errors.ts';
import type { Call, CallRequest, Reply } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import { RPC } from '../../wire/codes.ts';
import type { StatusBoard } from '../instances/status-board.ts';
import { failure } from '../upstream/requests/failures.ts';
import { clientToken } from '../upstream/requests/token.ts';

/** Past its own start timeout a server tells itself why it did not come, and better; milliseconds. */
const GRACE = 1_000;
/** Clients that are told nothing for long give up. */
const BEAT = 5_000;

export interface WaitOptions {
  /** How long at most; milliseconds. */
  readonly timeoutMs: number;
  /** Calls that may wait for the server at once. */
  readonly max: number;
  /** Passes the call on, once it serves. */
  readonly send: () => Call;
}

/** Calls that came before their server. They hear of it by progress, where their client has given a token for that. */
export interface Waiting {
  wait(serverName: string, request: CallRequest, options: WaitOptions): Call;
  has(serverName: string): boolean;
  /** Refuses those that still wait. */
  close(): void;
}

export interface WaitingDeps {
  readonly clock: Clock;
  readonly board: Pick<StatusBoard, 'get' | 'onChange'>;
  readonly isServing: (serverName: string) => boolean;
  /** Whether there is anything to wait for. */
  readonly mayBecomeReady: (serverName: string) => boolean;
  readonly refuse: (serverName: string) => Reply;
}

interface Waiter {
  tell(): void;
  go(): void;
  refuse(): void;
}

export function createWaiting({ clock, board, isServing, mayBecomeReady, refuse }: WaitingDeps): Waiting {
  const waiters = new Map<string, Set<Waiter>>();
  let told = 0;
  const each = (serverName: string, act: (waiter: Waiter) => void): void => {
    for (const waiter of [...(waiters.get(serverName) ?? [])]) act(waiter);
  };
  const look = (): void => {
    for (const serverName of [...waiters.keys()]) {
      if (isServing(serverName)) each(serverName, (it) => it.go());
      else if (!mayBecomeReady(serverName)) each(serverName, (it) => it.refuse());
      else each(serverName, (it) => it.tell());
    }
  };
  const stop = board.onChange(look);
  const setOf = (serverName: string): Set<Waiter> => {
    const set = waiters.get(serverName) ?? new Set();
    waiters.set(serverName, set);
    return set;
  };

  const wait: Waiting['wait'] = (serverName, request, { timeoutMs, max, send }) => {
    const set = setOf(serverName);
    if (set.size >= max) return settled(full(serverName, max));
    const { promise, resolve } = Promise.withResolvers<Reply>();
    let sent: Call | undefined;
    const end = (reply: Reply | Promise<Reply>): void => {
      timer.cancel();
      beat.cancel();
      set.delete(waiter);
      if (set.size === 0 && waiters.get(serverName) === set) waiters.delete(serverName);
      resolve(reply);
    };
    const tell = teller(serverName, request, board, () => -1 / ++told);
    const waiter: Waiter = {
      tell: () => tell(false),
      go() {
        sent = send();
        end(sent.reply);
      },
      refuse: () => end(refuse(serverName)),
    };
    const timer = clock.setTimeout(waiter.refuse, timeoutMs + GRACE);
    let beat = clock.setTimeout(again, BEAT);
    function again(): void {
      tell(true);
      beat = clock.setTimeout(again, BEAT);
    }
    set.add(waiter);
    tell(true);
    return {
      reply: promise,
      cancel(reason) {
        if (sent) sent.cancel(reason);
        else end(cancelled(reason));
      },
    };
  };

  return {
    wait,
    has: (serverName) => waiters.has(serverName),
    close() {
      stop();
      for (const serverName of [...waiters.keys()]) each(serverName, (it) => it.refuse());
    },
  };
}

/**
 * Progress has to increase, also that of a call which comes to wait a second time, and what the server will report itself begins at 0 as a
 * rule: so `next` is more each time and stays below. Only news are told, unless `again`.
 */
function teller(
  serverName: string,
  { params, onProgress }: CallRequest,
  board: Pick<StatusBoard, 'get'>,
  next: () => number,
): (again: boolean) => void {
  const token = onProgress && clientToken(params);
  if (!token) return () => {};
  let last = '';
  return (again) => {
    const { state, detail } = board.get(serverName) ?? {};
    const text = `${serverName} is ${state ?? 'unknown'}${detail ? `: ${detail}` : ''}`;
    if (text === last && !again) return;
    last = text;
    const rest = `,"progress":${next()},"message":${JSON.stringify(text)}}`;
    onProgress?.(Buffer.concat([Buffer.from('{"progressToken":'), token, Buffer.from(rest)]));
  };
}

export const settled = (reply: Reply): Call => ({ reply: Promise.resolve(reply), cancel: () => {} });

const full = (serverName: string, max: number): Reply =>
  failure(
    RPC.SERVER_BUSY,
    new GatewayError('SERVER_REFUSED', `${max} calls wait for ${serverName} to start already`, {
      hint: 'wait for some of them, or raise `maxInFlight` of this server',
    }),
  );

const cancelled = (reason = 'the call was cancelled'): Reply =>
  failure(RPC.CALL_CANCELLED, new GatewayError('SERVER_REFUSED', reason, {}));

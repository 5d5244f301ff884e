/**
 * Calls held until their server is ready. Their clients get progress meanwhile, if they sent a progress
 * token.
 */
import { GatewayError } from '../../errors.ts';
import { type Call, type CallRequest, type Reply, settled } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import { predicateOf } from '../../model/status.ts';
import { jsonText } from '../../model/text/json.ts';
import { RPC } from '../../wire/codes.ts';
import type { StatusBoard } from '../instances/status-board.ts';
import { failure } from '../upstream/requests/failures.ts';
import { clientToken } from '../upstream/requests/token.ts';

/**
 * Added to the server's start timeout, since its own error says better why the server did not become ready.
 */
const GRACE_MS = 1_000;
/** Clients that hear nothing for long give up. */
const PROGRESS_INTERVAL_MS = 5_000;

export interface HoldOptions {
  readonly timeoutMs: number;
  /** Calls that may be held for the server at once. */
  readonly max: number;
  /** Sends the call, once the server is ready. */
  readonly send: () => Call;
}

export interface HeldCalls {
  hold(serverName: string, request: CallRequest, options: HoldOptions): Call;
  /** True if calls are held for the server. */
  has(serverName: string): boolean;
  /** Refuses all that are held, and all later ones. */
  close(): void;
}

export interface HeldCallsDeps {
  readonly clock: Clock;
  readonly board: Pick<StatusBoard, 'get' | 'onChange'>;
  readonly isServing: (serverName: string) => boolean;
  readonly mayBecomeReady: (serverName: string) => boolean;
  /** The error for a call whose server will not become ready. */
  readonly refuse: (serverName: string) => Reply;
}

export function createHeldCalls(deps: HeldCallsDeps): HeldCalls {
  const { board, isServing, mayBecomeReady, refuse } = deps;
  const held = new Map<string, Set<HeldCall>>();
  const nextProgress = risingBelowZero();
  let isClosed = false;

  const callsFor = (serverName: string): HeldCall[] => [...(held.get(serverName) ?? [])];
  const stopWatching = board.onChange(() => {
    for (const serverName of [...held.keys()])
      for (const call of callsFor(serverName)) {
        if (isServing(serverName)) call.release();
        else if (!mayBecomeReady(serverName)) call.settle(refuse(serverName));
        else call.report();
      }
  });

  return {
    hold(serverName, request, options) {
      if (isClosed) return settled(refuse(serverName));
      const calls = held.get(serverName) ?? new Set<HeldCall>();
      if (calls.size >= options.max) return settled(tooMany(serverName, options.max));
      held.set(serverName, calls);
      const report = progressReporter(serverName, request, board, nextProgress);
      const call = new HeldCall(deps, serverName, options, report, () => {
        calls.delete(call);
        if (calls.size === 0 && held.get(serverName) === calls) held.delete(serverName);
      });
      calls.add(call);
      return call;
    },
    has: (serverName) => held.has(serverName),
    close() {
      isClosed = true;
      stopWatching();
      for (const serverName of [...held.keys()])
        for (const call of callsFor(serverName)) call.settle(refuse(serverName));
    },
  };
}

/** One call, held until it is released, settled or cancelled. */
class HeldCall implements Call {
  readonly reply: Promise<Reply>;
  readonly #resolve: (reply: Reply | Promise<Reply>) => void;
  readonly #clock: Clock;
  readonly #send: () => Call;
  readonly #report: (isRepeated: boolean) => void;
  readonly #onEnd: () => void;
  readonly #timeout: { cancel(): void };
  #nextReport: { cancel(): void };
  #sent: Call | undefined;

  constructor(
    { clock, refuse }: Pick<HeldCallsDeps, 'clock' | 'refuse'>,
    serverName: string,
    { timeoutMs, send }: HoldOptions,
    report: (isRepeated: boolean) => void,
    onEnd: () => void,
  ) {
    ({ promise: this.reply, resolve: this.#resolve } = Promise.withResolvers<Reply>());
    this.#clock = clock;
    this.#send = send;
    this.#report = report;
    this.#onEnd = onEnd;
    this.#timeout = clock.setTimeout(() => this.settle(refuse(serverName)), timeoutMs + GRACE_MS);
    this.#nextReport = this.#reportAgainAndAgain();
  }

  report(): void {
    this.#report(false);
  }

  release(): void {
    this.#sent = this.#send();
    this.settle(this.#sent.reply);
  }

  settle(reply: Reply | Promise<Reply>): void {
    this.#timeout.cancel();
    this.#nextReport.cancel();
    this.#onEnd();
    this.#resolve(reply);
  }

  cancel(reason?: string): void {
    if (this.#sent) this.#sent.cancel(reason);
    else this.settle(cancelled(reason));
  }

  #reportAgainAndAgain(): { cancel(): void } {
    this.#report(true);
    return this.#clock.setTimeout(() => {
      this.#nextReport = this.#reportAgainAndAgain();
    }, PROGRESS_INTERVAL_MS);
  }
}

/**
 * MCP progress must increase, even for a call that is held twice, and servers usually start at 0. The
 * returned function therefore returns rising negative numbers.
 */
function risingBelowZero(): () => number {
  let count = 0;
  return () => -1 / ++count;
}

/** Sends the server's state as progress; unchanged text only if `isRepeated` is set. */
function progressReporter(
  serverName: string,
  { params, onProgress }: CallRequest,
  board: Pick<StatusBoard, 'get'>,
  nextProgress: () => number,
): (isRepeated: boolean) => void {
  const token = onProgress && clientToken(params);
  if (!token) return () => {};
  let last = '';
  return (isRepeated) => {
    const { state, detail } = board.get(serverName) ?? {};
    const text = `${serverName} ${predicateOf(state)}${detail ? `: ${detail}` : ''}`;
    if (text === last && !isRepeated) return;
    last = text;
    const message = JSON.stringify(text);
    onProgress?.(jsonText(`{"progressToken":${token},"progress":${nextProgress()},"message":${message}}`));
  };
}

const tooMany = (serverName: string, max: number): Reply =>
  failure(
    RPC.SERVER_BUSY,
    new GatewayError('SERVER_REFUSED', `${max} calls wait for ${serverName} to start already`, {
      hint: 'wait for some of them, or raise `maxInFlight` of this server',
    }),
  );

const cancelled = (reason = 'the call was cancelled'): Reply =>
  failure(RPC.CALL_CANCELLED, new GatewayError('SERVER_REFUSED', reason, {}));

/** Requests in flight on one connection: their ids, progress tokens, deadlines and outcomes. */
import { randomInt } from 'node:crypto';
import type { GatewayError } from '../../../errors.ts';
import type { Caller } from '../../../model/caller.ts';
import { type Call, type CallRequest, type Reply, settled } from '../../../model/calls.ts';
import type { Clock } from '../../../model/clock.ts';
import type { Json } from '../../../model/text/json.ts';
import { RPC } from '../../../wire/codes.ts';
import { requestText } from '../../../wire/message.ts';
import { METHOD } from '../../../wire/methods.ts';
import { busyReply, cancelReply, maximumReply, timeoutReply } from './call-errors.ts';
import type { CallLimits, CallOptions } from './call-options.ts';
import { failure } from './failures.ts';
import { createIdle, type Idle } from './idle.ts';
import { type PendingCall, PendingCalls } from './pending-calls.ts';
import type { SentRequest } from './sent-request.ts';
import { idNumber, readProgress, replaceToken } from './token.ts';

/** A call with the id that it has on this connection. */
export interface SentCall extends Call {
  readonly id: number;
}

export interface CallsOptions {
  readonly serverName: string;
  readonly clock: Clock;
  readonly limits: CallLimits;
  readonly send: (message: Buffer, headers?: CallOptions['headers'], caller?: Caller) => Promise<void>;
  /** Informs the server that a request was cancelled. */
  readonly sendCancel: (id: number, reason: string) => void;
  /** Called with each answer before the call is settled. */
  readonly onAnswer: (sent: SentRequest, reply: Reply) => void;
}

/** How long a link may take to report why its server ended, after it stopped accepting input. */
const EXIT_REPORT_MS = 6_000;

const NO_OPTIONS: CallOptions = {};
const NONE: ReadonlySet<string> = new Set();

export class Calls {
  readonly #options: CallsOptions;
  readonly #pending: PendingCalls;
  readonly #idle: Idle;
  /**
   * Random, so that ids differ from those of an earlier connection to the same process, whose late answers
   * may still arrive. Always within 32 bits.
   */
  #nextId = randomInt(1, 1_000_000) * 1_000;
  #limits: CallLimits;
  #trouble: string | undefined;
  /** Answers everything once the connection is closed. */
  #closedReply: Reply | undefined;
  #suspensions = 0;
  #working = 0;

  constructor(options: CallsOptions) {
    this.#options = options;
    this.#limits = options.limits;
    this.#idle = createIdle(() => this.inFlight === 0, options.clock);
    this.#pending = new PendingCalls(options.clock, (call) => this.#expire(call));
  }

  get inFlight(): number {
    return this.#pending.inFlight + this.#working;
  }

  get limits(): CallLimits {
    return this.#limits;
  }

  setLimits(limits: CallLimits): void {
    this.#limits = limits;
  }

  /** @param trouble a known problem of the server, quoted when a call times out; undefined clears it */
  setTrouble(trouble: string | undefined): void {
    this.#trouble = trouble;
  }

  /** @param caller absent for requests of the gateway itself */
  call(request: CallRequest, options: CallOptions = NO_OPTIONS, caller?: Caller): SentCall {
    const id = this.#nextId++;
    const refusal = this.#refusal();
    if (refusal) return { id, ...settled(refusal) };
    const { params, token } = replaceToken(request.params, id);
    const reply = this.#register(id, request, options, caller, token);
    const message = requestText(id, request.method, params);
    this.#options.send(message, options.headers, caller).catch((error) => this.#sendFailed(id, error));
    return {
      id,
      reply,
      cancel: (reason = 'cancelled') =>
        this.#abandon(id, cancelReply(this.#options.serverName, reason), reason),
    };
  }

  /** True if a call with this id is in flight. `id` is JSON text. */
  isAwaited(id: Json): boolean {
    return this.#pending.get(idNumber(id)) !== undefined;
  }

  /** False for an answer to no call in flight. `id` is JSON text. */
  answer(id: Json, reply: Reply): boolean {
    const call = this.#pending.get(idNumber(id));
    if (!call) return false;
    this.#options.onAnswer(call, reply);
    return this.#settle(call.id, reply);
  }

  /**
   * Passes progress on to its call and extends the call's deadline. False for progress of no call in flight.
   */
  progress(params: Json): boolean {
    const progress = readProgress(params);
    const call = progress && this.#pending.get(progress.id);
    if (!progress || !call?.token) return false;
    if (Number.isFinite(call.due)) this.#pending.extend(call, this.#limits.callMs);
    call.request.onProgress?.(progress.withToken(call.token));
    return true;
  }

  /**
   * Passes a notification to the call that provably caused it: the call on whose response it arrived
   * (`during`), or else the only one that asked for log messages. False if there is no such call.
   */
  notify(method: string, params: Json | undefined, during: number | undefined): boolean {
    const cause = during === undefined ? this.#pending.onlyLogging() : this.#pending.get(during);
    if (!cause?.request.onNotification) return false;
    cause.request.onNotification(method, params);
    return true;
  }

  /** No call times out until the returned function is called: a person is answering the server's question. */
  suspendTimeouts(): () => void {
    this.#suspensions += 1;
    return () => {
      this.#suspensions -= 1;
    };
  }

  /** Counts as a call in flight while `work` runs, although the server has no request to answer. */
  async whileWorking<T>(work: () => Promise<T>): Promise<T> {
    this.#working += 1;
    try {
      return await work();
    } finally {
      this.#working -= 1;
      this.#idle.check();
    }
  }

  /** True if a request from the server is one of the gateway's own, echoed. */
  isOwn(id: Json, method: string): boolean {
    return this.#pending.get(idNumber(id))?.request.method === method;
  }

  /**
   * Settles every call in flight, and all later ones, with `reply`.
   * @param unsent ids of calls that the server never got. JSON text
   */
  close(reply: Reply, unsent: ReadonlySet<string> = NONE): void {
    this.#closedReply = reply;
    const undone: Reply = reply.kind === 'error' ? { ...reply, isUndone: true } : reply;
    for (const id of this.#pending.ids) this.#settle(id, unsent.has(String(id)) ? undone : reply);
    this.#pending.close();
  }

  /** Resolves once nothing is in flight, or after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void> {
    return this.#idle.drain(timeoutMs);
  }

  #refusal(): Reply | undefined {
    if (this.#closedReply) return this.#closedReply;
    const { maxInFlight } = this.#limits;
    return this.inFlight >= maxInFlight ? busyReply(this.#options.serverName, maxInFlight) : undefined;
  }

  #register(
    id: number,
    request: CallRequest,
    options: CallOptions,
    caller: Caller | undefined,
    token: Json | undefined,
  ): Promise<Reply> {
    const { callMs, callMaxMs } = this.#limits;
    const { timeoutMs = callMs } = options;
    const last = options.timeoutMs === undefined ? this.#pending.after(callMaxMs) : Number.POSITIVE_INFINITY;
    return new Promise((settle) => {
      this.#pending.add({ id, request, caller, token, settle, due: last, last, timeoutMs, options });
    });
  }

  #sendFailed(id: number, error: GatewayError): void {
    const fail = (): unknown => this.#settle(id, failure(RPC.SERVER_GONE, error));
    // The server takes no more input: the link is about to report its end, with better facts.
    if (error.code === 'SERVER_EXITED') this.#options.clock.setTimeout(fail, EXIT_REPORT_MS);
    else fail();
  }

  #settle(id: number, reply: Reply): boolean {
    const call = this.#pending.get(id);
    if (!call) return false;
    this.#pending.remove(call);
    call.settle(reply);
    this.#idle.check();
    return true;
  }

  /** Settles before the server is informed: whatever it still answers is late. */
  #abandon(id: number, reply: Reply, reason: string): void {
    const method = this.#pending.get(id)?.request.method;
    // Clients must not cancel `initialize` (2025-11-25, basic/utilities/cancellation).
    if (this.#settle(id, reply) && method !== METHOD.INITIALIZE) this.#options.sendCancel(id, reason);
  }

  #expire(call: PendingCall): void {
    const { id, request, due, last, timeoutMs } = call;
    const { serverName } = this.#options;
    if (due === last)
      this.#abandon(id, maximumReply(serverName, request, this.#limits.callMaxMs), 'maximum timeout');
    else if (this.#suspensions > 0) this.#pending.extend(call, timeoutMs);
    else this.#abandon(id, timeoutReply(serverName, request, timeoutMs, this.#trouble), 'timeout');
  }
}

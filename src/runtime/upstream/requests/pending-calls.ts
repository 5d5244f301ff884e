/** Requests that wait for an answer, by id, and the deadline of each. */
import type { Reply } from '../../../model/calls.ts';
import type { Clock } from '../../../model/clock.ts';
import { createBriefMap } from '../../../model/collections/brief-map.ts';
import type { CallOptions } from './call-options.ts';
import { createDeadlines, type Deadlines, type Timed } from './deadlines.ts';
import type { SentRequest } from './sent-request.ts';

export interface PendingCall extends Timed, SentRequest {
  readonly settle: (reply: Reply) => void;
  /** Upper bound of `due`: progress does not extend the call beyond it. */
  readonly last: number;
  /** The timeout that set `due`; milliseconds. */
  timeoutMs: number;
  readonly options: CallOptions;
}

export class PendingCalls {
  readonly #calls = createBriefMap<number, PendingCall>();
  readonly #deadlines: Deadlines;
  #background = 0;

  /** @param expire must remove the call or extend it */
  constructor(clock: Clock, expire: (call: PendingCall) => void) {
    this.#deadlines = createDeadlines(clock, this.#calls.values, expire);
  }

  /** Without background requests. */
  get inFlight(): number {
    return this.#calls.size - this.#background;
  }

  get ids(): readonly number[] {
    return [...this.#calls.keys()];
  }

  /** When a call that begins now is due after `ms`. */
  after(ms: number): number {
    return this.#deadlines.now() + ms;
  }

  add(call: PendingCall): void {
    if (call.options.background) this.#background += 1;
    this.#calls.set(call.id, call);
    this.extend(call, call.timeoutMs);
  }

  get(id: number): PendingCall | undefined {
    return this.#calls.get(id);
  }

  remove(call: PendingCall): void {
    if (this.#calls.delete(call.id) && call.options.background) this.#background -= 1;
  }

  /** @param timeoutMs from now; 0 means none, so that only the maximum counts */
  extend(call: PendingCall, timeoutMs: number): void {
    call.timeoutMs = timeoutMs;
    call.due = timeoutMs > 0 ? Math.min(this.after(timeoutMs), call.last) : call.last;
    this.#deadlines.watch(call);
  }

  /** The only call that asked for log messages; undefined if there is none, or more than one. */
  onlyLogging(): PendingCall | undefined {
    let found: PendingCall | undefined;
    for (const call of this.#calls.values()) {
      if (!call.options.wantsLogs) continue;
      if (found) return undefined;
      found = call;
    }
    return found;
  }

  close(): void {
    this.#deadlines.close();
  }
}

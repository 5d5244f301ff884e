/**
 * Keeps params and replies of calls while a capture runs, within bounds. Without one nothing is kept, and a
 * call costs one comparison.
 */
import { GatewayError } from '../../../errors.ts';
import type { Clock } from '../../../model/clock.ts';
import type { Json } from '../../../model/text/json.ts';
import { CAPTURE_LIMITS, type CapturedTexts, type CaptureState } from '../../../model/watch/capture.ts';

/** Of an entry beside its texts. */
const ENTRY_BYTES = 256;

/** Copies, since a part of a larger buffer would keep all of it. */
interface Kept {
  readonly request: Buffer;
  readonly requestLeftOut: number;
  readonly reply: Buffer;
  readonly replyLeftOut: number;
}

interface Running {
  readonly servers: ReadonlySet<string>;
  readonly until: number;
  readonly timer: { cancel(): void };
}

export class Capture {
  readonly #clock: Clock;
  /** By number of the call, oldest first. */
  readonly #kept = new Map<number, Kept>();
  #running: Running | undefined;
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Undefined if no capture runs. */
  get state(): CaptureState | undefined {
    if (!this.#running) return undefined;
    const { servers, until } = this.#running;
    return { servers: [...servers], until, calls: this.#kept.size, bytes: this.#bytes };
  }

  /**
   * Starts a capture, or changes the servers and the end of the one that runs.
   *
   * @param servers empty: all
   * @throws GatewayError USAGE for a time that is too long
   */
  start(servers: readonly string[], ms: number): void {
    if (!(ms > 0 && ms <= CAPTURE_LIMITS.longestMs))
      throw new GatewayError('USAGE', 'a capture lasts for 24 hours at most', { hint: 'write --for 10m' });
    this.#running?.timer.cancel();
    const timer = this.#clock.setTimeout(() => this.stop(), ms);
    this.#running = { servers: new Set(servers), until: this.#clock.now() + ms, timer };
  }

  /** Ends the capture, and forgets everything. */
  stop(): void {
    this.#running?.timer.cancel();
    this.#running = undefined;
    this.#kept.clear();
    this.#bytes = 0;
  }

  /** Keeps a call that has ended, if the running capture wants its server. */
  add(seq: number, server: string, params: Json | undefined, reply: Json): void {
    const servers = this.#running?.servers;
    if (servers === undefined || (servers.size > 0 && !servers.has(server))) return;
    const request = cut(params);
    const answer = cut(reply);
    this.#kept.set(seq, {
      request: request.text,
      requestLeftOut: request.leftOut,
      reply: answer.text,
      replyLeftOut: answer.leftOut,
    });
    this.#bytes += sizeOf(request.text, answer.text);
    for (const [oldest, kept] of this.#kept) {
      if (this.#bytes <= CAPTURE_LIMITS.totalBytes) break;
      this.#kept.delete(oldest);
      this.#bytes -= sizeOf(kept.request, kept.reply);
    }
  }

  /** Undefined if nothing is kept of the call. */
  of(seq: number): CapturedTexts | undefined {
    const kept = this.#kept.get(seq);
    return kept && { ...kept, request: kept.request.toString(), reply: kept.reply.toString() };
  }
}

const sizeOf = (request: Buffer, reply: Buffer): number => request.length + reply.length + ENTRY_BYTES;

function cut(json: Json | undefined): { text: Buffer; leftOut: number } {
  const whole = json ?? Buffer.alloc(0);
  const text = Buffer.from(whole.subarray(0, CAPTURE_LIMITS.messageBytes));
  return { text, leftOut: whole.length - text.length };
}

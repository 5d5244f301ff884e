/**
 * The connections by which a server of both eras serves legacy clients. The era is the client's: what a
 * server sends legacy clients while a call runs, or unasked, has no exact counterpart in the modern era.
 */
import { type GatewayError, toGatewayError } from '../../errors.ts';
import type { Clock } from '../../model/clock.ts';
import { waitFor } from '../../model/time/wait.ts';
import { type ConnectionPair, drainPair, endPair, isInUse } from './connection-pair.ts';

/** How long the connections outlive the last legacy client, since clients reconnect. */
const IDLE_MS = 60_000;
/** How long lists and handshakes wait for connections that are being opened. Calls wait to the end. */
const PATIENCE_MS = 5_000;
/** Connections that break earlier than this are opened at once only so often. */
const BRIEF_MS = 10_000;
const MAX_BREAKS = 3;
const RETRY_MS = [1_000, 5_000, 30_000, 60_000, 300_000] as const;
const CLOSE_GRACE_MS = 2_000;

/**
 * Opens the connections. `onLost` is called when the shared one ends by itself, or takes no new calls any
 * more: then with the milliseconds that calls under way may still take. Resolves with undefined if the server
 * has shown that it has no legacy era.
 */
export type OpenPair = (
  signal: AbortSignal,
  onLost: (drainMs?: number) => void,
) => Promise<ConnectionPair | undefined>;

export interface LegacySideOptions {
  readonly clock: Clock;
  readonly open: OpenPair;
  /** Called when other connections than before serve legacy clients; undefined: those of the modern era. */
  readonly onChange: (pair: ConnectionPair | undefined) => void;
  /** The connections could not be opened. They are tried again while a legacy client is there. */
  readonly onFailed: (error: GatewayError) => void;
}

interface Attempt {
  pair?: ConnectionPair;
  /** Clock milliseconds. */
  openedAt: number;
  isLost: boolean;
}

/** The owner must close it. */
export class LegacySide {
  readonly #options: LegacySideOptions;
  readonly #abort = new AbortController();
  readonly #leaving = new Set<Promise<void>>();
  /** The connections that serve. */
  #current: Attempt | undefined;
  /** What was last said to serve legacy clients. */
  #announced: { readonly pair: ConnectionPair | undefined } | undefined;
  #opening: Promise<void> | undefined;
  #listsWait: Promise<void> | undefined;
  /** In a row. */
  #failures = 0;
  /** Connections in a row that broke soon. */
  #breaks = 0;
  #isWanted = false;
  #isAbsent = false;
  /** For the next attempt while a client is there, for the end of the connections while none is. */
  #timer: { cancel(): void } | undefined;

  constructor(options: LegacySideOptions) {
    this.#options = options;
  }

  /** Undefined while the connections of the modern era serve legacy clients too. */
  get pair(): ConnectionPair | undefined {
    return this.#current?.pair;
  }

  /** Settles when it is known how the next call is to be made; undefined if it is. Never rejects. */
  get opening(): Promise<void> | undefined {
    return this.#failures === 0 ? this.#opening : undefined;
  }

  /** The same with a limit of 5 s, for answers that may be announced to be other ones later. */
  get listsWait(): Promise<void> | undefined {
    return this.#failures === 0 ? this.#listsWait : undefined;
  }

  /** A legacy client is there. */
  want(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#setTimer();
    this.#open();
  }

  /** The last legacy client has gone. */
  release(): void {
    if (!this.#isWanted) return;
    this.#isWanted = false;
    this.#awaitIdle();
  }

  /** Gives up what is being opened; resolves once nothing is in flight, or after the timeout. */
  async drain(timeoutMs: number, isWithTasks?: boolean): Promise<void> {
    this.#stop();
    if (this.pair) await drainPair(this.pair, timeoutMs, isWithTasks);
  }

  /** Resolves when nothing is left open. */
  async close(graceMs: number): Promise<void> {
    this.#stop();
    const { pair } = this;
    this.#current = undefined;
    await Promise.all([this.#opening, pair && endPair(pair, graceMs), ...this.#leaving]);
  }

  #stop(): void {
    this.#isWanted = false;
    this.#setTimer();
    this.#abort.abort();
  }

  #open(): void {
    const isDone = this.#current || this.#opening || this.#isAbsent || this.#abort.signal.aborted;
    if (isDone) return;
    const opening = this.#run().finally(() => {
      this.#opening = undefined;
      this.#listsWait = undefined;
    });
    this.#opening = opening;
    this.#listsWait = waitFor(opening, { clock: this.#options.clock, ms: PATIENCE_MS }, () => {});
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { open } = this.#options;
    const { signal } = this.#abort;
    const attempt: Attempt = { openedAt: 0, isLost: false };
    try {
      const pair = await open(signal, (drainMs) => this.#lost(attempt, drainMs));
      if (signal.aborted || attempt.isLost) await this.#discard(pair);
      else {
        this.#isAbsent = pair === undefined;
        if (pair) this.#take(attempt, pair);
        this.#announce(pair);
      }
    } catch (error) {
      if (!signal.aborted) this.#failed(toGatewayError(error));
    }
  }

  #take(attempt: Attempt, pair: ConnectionPair): void {
    attempt.pair = pair;
    attempt.openedAt = this.#options.clock.now();
    this.#current = attempt;
    // The client for which they were opened has gone.
    if (!this.#isWanted) this.#awaitIdle();
  }

  async #discard(pair: ConnectionPair | undefined): Promise<void> {
    if (pair) await endPair(pair, 0);
    if (!this.#abort.signal.aborted) this.#retryLater();
  }

  #failed(error: GatewayError): void {
    this.#options.onFailed(error);
    this.#retryLater();
  }

  /** The first time in any case: lists may have come from connections of an instance before. */
  #announce(pair: ConnectionPair | undefined): void {
    if (this.#announced && this.#announced.pair === pair) return;
    this.#announced = { pair };
    this.#options.onChange(pair);
  }

  /** Until then legacy clients are served in the modern era. */
  #retryLater(): void {
    const ms = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? 0;
    this.#failures += 1;
    this.#announce(undefined);
    if (this.#isWanted) this.#setTimer(ms, () => this.#open());
  }

  #lost(attempt: Attempt, drainMs: number | undefined): void {
    if (attempt.isLost) return;
    attempt.isLost = true;
    const { pair } = attempt;
    if (this.#current !== attempt || !pair) return;
    this.#current = undefined;
    this.#leave(drainPair(pair, drainMs ?? 0).then(() => endPair(pair, 0)));
    const isBrief = this.#options.clock.now() - attempt.openedAt < BRIEF_MS;
    this.#breaks = isBrief ? this.#breaks + 1 : 0;
    if (this.#breaks > MAX_BREAKS) this.#retryLater();
    else this.#openAnew();
  }

  /** Calls wait for the next connections: the last ones worked. */
  #openAnew(): void {
    this.#failures = 0;
    if (this.#isWanted) this.#open();
  }

  #leave(ending: Promise<void>): void {
    const left = ending.finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }

  #awaitIdle(): void {
    this.#setTimer(IDLE_MS, () => this.#endIdle());
  }

  #endIdle(): void {
    const { pair } = this;
    if (pair && isInUse(pair)) this.#awaitIdle();
    else if (pair) {
      this.#current = undefined;
      this.#failures = 0;
      this.#leave(endPair(pair, CLOSE_GRACE_MS));
    }
  }

  #setTimer(ms?: number, act?: () => void): void {
    this.#timer?.cancel();
    this.#timer = ms === undefined || !act ? undefined : this.#options.clock.setTimeout(act, ms);
  }
}

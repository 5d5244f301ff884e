/** How long a start may take: longer for a server that shows signs of life, and not while it is installed. */
import type { Clock } from '../../model/clock.ts';

/** The start timeout of a server that keeps writing to stderr, as a multiple of `timeouts.start`. */
const MAX_PERIODS = 5;

/** Output right after the start is a greeting. Later output shows that the server is still at work. */
const GREETING_SHARE = 1 / 4;

export interface StartLimitEvents {
  /** The timeout has passed, and the server may go on: `ms` milliseconds are over. */
  readonly extended: (ms: number) => void;
  /** The start has taken too long: `ms` milliseconds. */
  readonly reached: (ms: number) => void;
}

/** The caller must close it. */
export class StartLimit {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #events: StartLimitEvents;
  #periods = 0;
  #periodAt = 0;
  #lifeAt = Number.NEGATIVE_INFINITY;
  #timer: { cancel(): void } | undefined;

  constructor(clock: Clock, ms: number, events: StartLimitEvents) {
    this.#clock = clock;
    this.#ms = ms;
    this.#events = events;
    this.#begin();
  }

  /** The server has written something to stderr. */
  alive(): void {
    this.#lifeAt = this.#clock.now();
  }

  /** From now on the time does not count. */
  pause(): void {
    this.close();
  }

  /** The time begins anew. */
  restart(): void {
    this.#periods = 0;
    this.#begin();
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #begin(): void {
    this.close();
    this.#periodAt = this.#clock.now();
    this.#timer = this.#clock.setTimeout(() => this.#over(), this.#ms);
  }

  #over(): void {
    const greetingMs = this.#periods === 0 ? this.#ms * GREETING_SHARE : 0;
    const isAlive = this.#lifeAt >= this.#periodAt + greetingMs;
    this.#periods += 1;
    const ms = this.#periods * this.#ms;
    if (isAlive && this.#periods < MAX_PERIODS) {
      this.#events.extended(ms);
      this.#begin();
    } else this.#events.reached(ms);
  }
}

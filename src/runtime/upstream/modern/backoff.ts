/** Pauses between attempts to reopen a stream: doubled each time, short again after a stream that lasted. */
import type { Clock } from '../../../model/clock.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/**
 * A stream that lasted this long is no sign of trouble when it ends: servers and proxies end streams now and
 * then.
 */
const STEADY_MS = 30_000;

export class Backoff {
  readonly #clock: Clock;
  #pauseMs = FIRST_PAUSE_MS;
  #timer: { cancel(): void } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True while the next attempt waits for its time. */
  get isPending(): boolean {
    return this.#timer !== undefined;
  }

  /** @param openedAt when the stream that has ended was opened; Unix milliseconds */
  schedule(attempt: () => void, openedAt: number): void {
    if (this.#clock.now() - openedAt > STEADY_MS) this.#pauseMs = FIRST_PAUSE_MS;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined;
      attempt();
    }, this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  close(): void {
    this.#timer?.cancel();
  }
}

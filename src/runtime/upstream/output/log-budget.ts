/** Bounds what one connection writes into its server's log, and reports what was left out. */
import type { Clock } from '../../../model/clock.ts';

/** Lines that may be logged at once: as many as the log holds. */
const BURST_LINES = 2_000;
/** Lines a second after that. Nobody reads faster, and each costs work. */
const LINES_PER_SECOND = 500;
/** How often lines that were left out are reported. */
const REPORT_MS = 1_000;

export class LogBudget {
  readonly #clock: Clock;
  readonly #report: (text: string) => void;
  #left = BURST_LINES;
  #countedAt: number;
  #lines = 0;
  #bytes = 0;
  #timer: { cancel(): void } | undefined;

  /** @param report receives a sentence about lines that were left out */
  constructor(clock: Clock, report: (text: string) => void) {
    this.#clock = clock;
    this.#report = report;
    this.#countedAt = clock.now();
  }

  /** True if a line may be logged; otherwise it is counted as left out. */
  take(bytes: number): boolean {
    if (this.#left < 1) this.#refill();
    if (this.#left >= 1) {
      this.#left -= 1;
      return true;
    }
    this.#lines += 1;
    this.#bytes += bytes;
    this.#timer ??= this.#clock.setTimeout(() => this.flush(), REPORT_MS);
    return false;
  }

  /** Reports what was left out since the last report. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#lines === 0) return;
    const what = `${this.#lines} more lines of its output (${this.#bytes} bytes) are not in this log`;
    this.#lines = this.#bytes = 0;
    this.#report(`${what}: it writes more than ${LINES_PER_SECOND} a second`);
  }

  #refill(): void {
    const now = this.#clock.now();
    // The wall clock may be set back.
    const gained = (Math.max(0, now - this.#countedAt) * LINES_PER_SECOND) / 1_000;
    this.#left = Math.min(BURST_LINES, this.#left + gained);
    this.#countedAt = now;
  }
}

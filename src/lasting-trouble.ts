/** A trouble of the gateway as a whole that lasts until it is mended, and is tried again by itself. */
import { toGatewayError } from './errors.ts';
import type { Clock } from './model/clock.ts';
import { defined } from './model/collections/defined.ts';
import type { Trouble } from './model/status.ts';

/** Time until something that the disk prevents is tried again: nothing reports a disk with room. */
const RETRY_MS = 5_000;

export class LastingTrouble {
  readonly #about: Trouble['about'];
  readonly #clock: Clock;
  readonly #retry: () => void;
  #trouble: Trouble | undefined;
  #timer: { cancel(): void } | undefined;
  #isClosed = false;

  /** @param retry called some time after each failure that may pass by itself */
  constructor(about: Trouble['about'], clock: Clock, retry: () => void) {
    this.#about = about;
    this.#clock = clock;
    this.#retry = retry;
  }

  /** Empty, or the trouble. */
  get all(): readonly Trouble[] {
    return this.#trouble ? [this.#trouble] : [];
  }

  /** Keeps the time of the first failure since the last success. */
  failed(error: unknown, mayPass: boolean): void {
    const { code, message, hint, place } = toGatewayError(error);
    const since = this.#trouble?.since ?? this.#clock.now();
    this.#trouble = { about: this.#about, code, reason: message, ...defined({ hint, place }), since };
    this.#timer?.cancel();
    if (mayPass && !this.#isClosed) this.#timer = this.#clock.setTimeout(this.#retry, RETRY_MS);
  }

  mended(): void {
    this.#trouble = undefined;
    this.#timer?.cancel();
  }

  /** Nothing is tried again. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }
}

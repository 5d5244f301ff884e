/** Lets a few installations of packages run at a time: each is many downloads, and work for the disk. */

/** Two or three fill a line and a disk; of more, each only takes longer. */
const MAX_AT_ONCE = 4;

export class InstallSlots {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(max: number = MAX_AT_ONCE) {
    this.#free = max;
  }

  get isFull(): boolean {
    return this.#free === 0;
  }

  /**
   * Resolves with the function that gives the slot back, which may be called twice. If `signal` aborts
   * meanwhile, resolves without a slot.
   */
  async take(signal?: AbortSignal): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else if (!(await this.#turn(signal))) return () => {};
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    };
  }

  /** @returns false if `signal` aborts first */
  #turn(signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const next = (): void => {
        signal?.removeEventListener('abort', stop);
        resolve(true);
      };
      const stop = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(next), 1);
        resolve(false);
      };
      this.#waiting.push(next);
      if (signal?.aborted) stop();
      else signal?.addEventListener('abort', stop, { once: true });
    });
  }
}

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

  /** Resolves with the function that gives the slot back, which may be called twice. */
  async take(): Promise<() => void> {
    if (this.#free === 0) await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    else this.#free -= 1;
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    };
  }
}

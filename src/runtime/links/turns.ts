/** Divides the event loop among the servers that write more than anybody waits for. */

/** The share of the time that such output may take, of all servers together. The rest is for calls. */
const SHARE = 0.1;

/**
 * Work that cannot be cut, like the reading of one very long line, holds up whatever arrives meanwhile. It
 * must be so rare that few calls meet it: from this length on, its share is smaller.
 */
const LONG_MS = 0.5;
const SHARE_OF_LONG = 0.01;
const LONGEST_PAUSE_MS = 2_000;

interface Work {
  run(): void;
  readonly spentMs: number;
}

/**
 * A queue of work that may wait: one item in one turn of the event loop, in the order of their arrival, with
 * pauses between them. Calls are served in the pauses and between any two items.
 */
export class Turns {
  readonly #queue: Work[] = [];
  #isScheduled = false;
  /** As `performance.now` counts. */
  #notBefore = 0;

  /**
   * Does the work in a later turn. An item that does not finish its work must call this again.
   * @param spentMs what the item has cost already, such as the reading of its bytes
   */
  wait(run: () => void, spentMs = 0): void {
    this.#queue.push({ run, spentMs });
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#queue.length === 0) return;
    this.#isScheduled = true;
    const pauseMs = this.#notBefore - performance.now();
    if (pauseMs > 0) setTimeout(() => this.#next(), pauseMs);
    else setImmediate(() => this.#next());
  }

  #next(): void {
    const before = process.cpuUsage();
    const work = this.#queue.shift();
    work?.run();
    // Processor time: while other processes run, the time on the clock says nothing about the work.
    const { user, system } = process.cpuUsage(before);
    this.#notBefore = performance.now() + pauseAfter((user + system) / 1_000, work?.spentMs);
    this.#isScheduled = false;
    this.#schedule();
  }
}

function pauseAfter(tookMs: number, spentMs = 0): number {
  const share = tookMs < LONG_MS ? SHARE : SHARE_OF_LONG;
  return Math.min(tookMs / share + spentMs / SHARE, LONGEST_PAUSE_MS);
}

/** One for the process, like the event loop that it divides. */
export const turns = new Turns();

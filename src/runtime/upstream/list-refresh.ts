/** Collects lists that have changed and reads them together: servers announce changes in bursts. */
import type { ListKind } from '../../model/catalog.ts';
import type { Clock } from '../../model/clock.ts';

/** Time from the first announcement to the reading, if nothing was read just before. */
const BURST_MS = 100;

export class ListRefresh {
  readonly #clock: Clock;
  readonly #refresh: (kinds: readonly ListKind[]) => Promise<number>;
  readonly #changed = new Set<ListKind>();
  #timer: { cancel(): void } | undefined;
  #isStarted = false;
  #isReading = false;
  #notBefore = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  /**
   * @param refresh reads these lists again. Resolves with the milliseconds for which they must not be read
   *   again: a server that announces changes without end would take all the time there is. Never rejects
   */
  constructor(clock: Clock, refresh: (kinds: readonly ListKind[]) => Promise<number>) {
    this.#clock = clock;
    this.#refresh = refresh;
  }

  /** From now on changes are read. Earlier ones are kept until then. */
  start(): void {
    this.#isStarted = true;
    this.#schedule();
  }

  add(kinds: readonly ListKind[]): void {
    for (const kind of kinds) this.#changed.add(kind);
    this.#schedule();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #schedule(): void {
    const isIdle = !this.#timer && !this.#isReading && this.#changed.size > 0;
    if (!isIdle || !this.#isStarted || this.#isClosed) return;
    this.#timer = this.#clock.setTimeout(
      () => {
        this.#timer = undefined;
        void this.#run();
      },
      Math.max(BURST_MS, this.#notBefore - this.#clock.now()),
    );
  }

  async #run(): Promise<void> {
    const kinds = [...this.#changed];
    this.#changed.clear();
    this.#isReading = true;
    const restMs = await this.#refresh(kinds);
    this.#notBefore = this.#clock.now() + restMs;
    this.#isReading = false;
    this.#schedule();
  }
}

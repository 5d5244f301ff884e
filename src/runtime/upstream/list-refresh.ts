/** Collects lists that have changed and reads them together: servers announce changes in bursts. */
import type { ListKind } from '../../model/catalog.ts';
import type { Clock } from '../../model/clock.ts';

/** Time from the first announcement to the reading. */
const BURST_MS = 100;

export class ListRefresh {
  readonly #clock: Clock;
  readonly #refresh: (kinds: readonly ListKind[]) => Promise<void>;
  readonly #changed = new Set<ListKind>();
  #timer: { cancel(): void } | undefined;
  #isStarted = false;
  #isReading = false;
  #isClosed = false;

  /** @param refresh reads these lists again; never rejects */
  constructor(clock: Clock, refresh: (kinds: readonly ListKind[]) => Promise<void>) {
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
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined;
      void this.#run();
    }, BURST_MS);
  }

  async #run(): Promise<void> {
    const kinds = [...this.#changed];
    this.#changed.clear();
    this.#isReading = true;
    await this.#refresh(kinds);
    this.#isReading = false;
    this.#schedule();
  }
}

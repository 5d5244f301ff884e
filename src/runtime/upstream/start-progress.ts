/** A start that takes its time: how long it may, and what is shown of it meanwhile. */

import type { Clock } from '../../model/clock.ts';
import { cutEnd } from '../../model/text/cut.ts';
import { oneLine } from '../../model/text/visible.ts';
import { StartLimit } from './start-limit.ts';

/** How often the last line of an installation is shown. */
const REFRESH_MS = 10_000;
const MAX_LINE_CHARACTERS = 200;

export interface StartProgressDeps {
  readonly clock: Clock;
  /** `timeouts.start`. */
  readonly ms: number;
  readonly lastLine: () => string | undefined;
  /** Shows what the start waits for; undefined for nothing special. */
  readonly show: (what: string | undefined) => void;
  readonly tooLate: (ms: number) => void;
}

/** The caller must close it. */
export class StartProgress {
  readonly #deps: StartProgressDeps;
  readonly #limit: StartLimit;
  #refresh: { cancel(): void } | undefined;
  #isClosed = false;

  constructor(deps: StartProgressDeps) {
    this.#deps = deps;
    this.#limit = new StartLimit(deps.clock, deps.ms, {
      extended: (ms) => deps.show(this.#withLine(`still starting after ${Math.round(ms / 1_000)} s`)),
      reached: deps.tooLate,
    });
  }

  alive(): void {
    this.#limit.alive();
  }

  /** The time counts from then on: something may have to be installed first. */
  installing(installed: Promise<void>): void {
    this.#limit.pause();
    void installed.then(() => {
      if (!this.#isClosed) this.#limit.restart();
    });
  }

  preparing(what: string | undefined): void {
    this.#refresh?.cancel();
    if (this.#isClosed) return;
    if (what === undefined) {
      this.#deps.show(undefined);
      this.#limit.restart();
      return;
    }
    this.#limit.pause();
    this.#deps.show(this.#withLine(what));
    this.#refresh = this.#deps.clock.setTimeout(() => this.preparing(what), REFRESH_MS);
  }

  close(): void {
    this.#isClosed = true;
    this.#refresh?.cancel();
    this.#limit.close();
  }

  #withLine(what: string): string {
    const line = this.#deps.lastLine();
    return line === undefined
      ? what
      : `${what}; it wrote: ${cutEnd(oneLine(line).trim(), MAX_LINE_CHARACTERS)}`;
  }
}

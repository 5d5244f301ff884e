/** Keeps what views show while clients use them: for each session and stream, and a while after a request. */
import type { ViewReader } from '../../model/catalog-reader.ts';
import type { Clock } from '../../model/clock.ts';
import { viewNameOf } from '../../model/text/grammar.ts';

/** Modern clients have no session. The next request of one mostly comes within this time. */
const LINGER_MS = 60_000;

interface Recent {
  /** Unix milliseconds of the last request. */
  usedAt: number;
  timer: { cancel(): void };
  readonly release: () => void;
}

/** The owner must close it. */
export class ViewHolds {
  readonly #views: ViewReader;
  readonly #clock: Clock;
  readonly #recent = new Map<string, Recent>();

  constructor(views: ViewReader, clock: Clock) {
    this.#views = views;
    this.#clock = clock;
  }

  /** Keeps the view of the scope, if it is one of a view, until the returned function is called. */
  hold(scope: string): () => void {
    const viewName = viewNameOf(scope);
    return viewName === undefined ? NOTHING_HELD : this.#views.hold(viewName);
  }

  /** A request has come for the view, which exists. */
  touch(viewName: string): void {
    const recent = this.#recent.get(viewName);
    if (recent) recent.usedAt = this.#clock.now();
    else {
      const release = this.#views.hold(viewName);
      this.#recent.set(viewName, { usedAt: this.#clock.now(), timer: this.#check(viewName), release });
    }
  }

  close(): void {
    for (const { timer, release } of this.#recent.values()) {
      timer.cancel();
      release();
    }
    this.#recent.clear();
  }

  #check(viewName: string): { cancel(): void } {
    return this.#clock.setTimeout(() => {
      const recent = this.#recent.get(viewName);
      if (!recent) return;
      if (this.#clock.now() - recent.usedAt < LINGER_MS) recent.timer = this.#check(viewName);
      else {
        this.#recent.delete(viewName);
        recent.release();
      }
    }, LINGER_MS);
  }
}

const NOTHING_HELD = (): void => {};

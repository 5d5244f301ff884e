/** The requests in flight on one HTTP link, each of which can be aborted. */

/** Ids are JSON text. */
export class HttpCalls {
  // One controller for each call and one for the link: `AbortSignal.any` of both would cost more than the
  // whole request.
  readonly #link = new AbortController();
  readonly #open = new Map<string, AbortController>();

  /** Aborted when the link is closed. */
  get life(): AbortSignal {
    return this.#link.signal;
  }

  /**
   * The returned signal is aborted when the call is, or when the link is closed. Without an id only the
   * latter aborts it.
   */
  begin(id: string | undefined): AbortSignal {
    if (id === undefined || this.life.aborted) return this.life;
    const call = new AbortController();
    this.#open.set(id, call);
    return call.signal;
  }

  /** True until the call is answered or aborted. */
  isOpen(id: string): boolean {
    return this.#open.has(id);
  }

  answered(id: string): void {
    this.#open.delete(id);
  }

  abort(id: string): void {
    this.#open.get(id)?.abort();
    this.#open.delete(id);
  }

  /** Aborts everything, as the link is closed. */
  abortAll(): void {
    this.#link.abort();
    for (const call of this.#open.values()) call.abort();
    this.#open.clear();
  }
}

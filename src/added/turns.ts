/** Work on names: one piece at a time for each name, in the order in which it was asked for. */

export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `work` once earlier work on any of these names has ended. Settles as `work` does. */
  async run<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = names.flatMap((name) => this.#last.get(name) ?? []);
    const result = Promise.allSettled(before).then(work);
    for (const name of names) this.#last.set(name, result);
    try {
      return await result;
    } finally {
      for (const name of names) if (this.#last.get(name) === result) this.#last.delete(name);
    }
  }
}

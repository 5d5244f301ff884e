/** All clients of a chaos run. They can be paused, so that what the gateway holds without them can be counted. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from './client.ts';

export class Crew {
  readonly #clients: readonly Client[];
  readonly #loops: Promise<unknown>;
  #go: PromiseWithResolvers<void> | undefined;
  #resting = 0;
  #isOver = false;

  constructor(clients: readonly Client[]) {
    this.#clients = clients;
    this.#loops = Promise.all(clients.map((client) => this.#loop(client)));
  }

  /** Lets no client begin a call. Resolves with true once none has a call under way; with false after `limitMs`. */
  async pause(limitMs: number): Promise<boolean> {
    this.#go ??= Promise.withResolvers<void>();
    for (const until = Date.now() + limitMs; this.#resting < this.#clients.length; await delay(10))
      if (Date.now() > until) return false;
    return true;
  }

  resume(): void {
    this.#go?.resolve();
    this.#go = undefined;
  }

  /** Right answers of each client so far. */
  answers(): number[] {
    return this.#clients.map(({ right }) => right);
  }

  /** Resolves with the number of clients that got no right answer from now to `deadline` (Unix milliseconds). */
  async untilAllServed(deadline: number): Promise<number> {
    const before = this.answers();
    for (;;) {
      const waiting = this.answers().filter((right, index) => right === before[index]).length;
      if (waiting === 0 || Date.now() > deadline) return waiting;
      await delay(50);
    }
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.resume();
    await this.#loops;
  }

  async #loop(client: Client): Promise<void> {
    while (!this.#isOver) {
      if (this.#go) {
        this.#resting += 1;
        await this.#go.promise;
        this.#resting -= 1;
      }
      await client.act();
    }
    await client.leave(true);
  }
}

/** Reads a server's output in slices, and lets the server wait when it writes more than there is time for. */
import type { Allowance, ReadSome } from './allowance.ts';
import { turns } from './turns.ts';

/** After so many bytes others get a turn, even if they all belong to one long line. */
export const TURN_BYTES = 256 * 1024;

/** What can be told to send nothing for a while. */
export interface Source {
  pause(): unknown;
  resume(): unknown;
}

/** One source for several intakes: it goes on when none of them holds it any more. */
export class SharedSource implements Source {
  readonly #source: () => Source | undefined;
  #holds = 0;

  /** @param source undefined until it is known */
  constructor(source: () => Source | undefined) {
    this.#source = source;
  }

  pause(): void {
    this.#holds += 1;
    this.#source()?.pause();
  }

  resume(): void {
    this.#holds -= 1;
    if (this.#holds === 0) this.#source()?.resume();
  }
}

export class Intake {
  readonly #allowance: Allowance;
  readonly #read: ReadSome;
  readonly #source: Source;
  /** Chunks that wait, the oldest first. */
  #unread: Buffer[] = [];
  /** The source is paused, and what is unread waits for its turn. */
  #isWaiting = false;
  #bytesThisTurn = 0;
  /** The server has ended: what is left must be read soon. */
  #isLast = false;

  constructor(allowance: Allowance, read: ReadSome, source: Source) {
    this.#allowance = allowance;
    this.#read = read;
    this.#source = source;
  }

  /** Takes the next chunk of the stream. */
  push(chunk: Buffer): void {
    if (this.#isWaiting || this.#allowance.isUsedUp) {
      this.#unread.push(chunk);
      this.#wait();
      return;
    }
    const rest = this.#allowance.slice(chunk, this.#read);
    if (rest) this.#unread.push(rest);
    this.#bytesThisTurn += chunk.length;
    if (rest || this.#bytesThisTurn > TURN_BYTES) this.#wait();
  }

  /** From now on only turns are kept, without pauses: the server has ended, and cannot write more. */
  hurry(): void {
    if (this.#isLast) return;
    this.#isLast = true;
    if (this.#isWaiting) setImmediate(() => this.#next());
  }

  /** The stream is over: reads what is left. */
  end(): void {
    const left = this.#unread;
    this.#unread = [];
    for (const chunk of left) this.#read(chunk, () => false);
  }

  #wait(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#source.pause();
    this.#schedule();
  }

  #schedule(): void {
    if (!this.#isLast && this.#allowance.isUsedUp)
      turns.wait(() => this.#next(), this.#allowance.readingMs(this.#unread[0]?.length ?? 0));
    else setImmediate(() => this.#next());
  }

  /** Reads one slice of what waits. */
  #next(): void {
    if (!this.#isWaiting) return;
    this.#bytesThisTurn = 0;
    const chunk = this.#unread.shift();
    const rest = chunk && this.#allowance.slice(chunk, this.#read);
    if (rest) this.#unread.unshift(rest);
    if (this.#unread.length > 0) this.#schedule();
    else {
      this.#isWaiting = false;
      this.#source.resume();
    }
  }
}

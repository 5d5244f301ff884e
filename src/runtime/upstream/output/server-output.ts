/**
 * What a server prints besides messages, and remarks about its connection: passed on as far as it can be of
 * use, and the last of it kept.
 */
import type { Clock } from '../../../model/clock.ts';
import type { LastOutput } from '../requests/failures.ts';
import { LogBudget } from './log-budget.ts';
import { createTail } from './tail.ts';

export interface OutputListener {
  /**
   * Text on stdout that is not a message, and its size in bytes; without text if there is too much of it to
   * be logged. Also remarks of Hive, with 0 bytes.
   */
  readonly onNoise: (text: string, bytes: number) => void;
  /** One line of stderr. Left out if there is too much of it. */
  readonly onStderr: (line: string) => void;
}

export class ServerOutput {
  readonly #listener: OutputListener;
  readonly #budget: LogBudget;
  readonly #stderr;
  readonly #noise = createTail(() => {});
  #lastNote: string | undefined;

  constructor(listener: OutputListener, clock: Clock) {
    const budget = new LogBudget(clock, (text) => listener.onNoise(text, 0));
    this.#listener = listener;
    this.#budget = budget;
    this.#stderr = createTail((line) => {
      if (budget.take(line.length)) listener.onStderr(line);
    });
  }

  /** For errors to quote. */
  get last(): LastOutput {
    return { stderr: this.#stderr.lines(), noise: this.#noise.lines(), note: this.#lastNote };
  }

  noise(text: string, bytes: number): void {
    this.#noise.push(`${text}\n`);
    this.#listener.onNoise(this.#budget.take(bytes) ? text : '', bytes);
  }

  /** @param text cut anywhere */
  stderr(text: string): void {
    this.#stderr.push(text);
  }

  /** A remark of Hive about the connection. */
  note(text: string): void {
    this.#lastNote = text;
    if (this.#budget.take(text.length)) this.#listener.onNoise(text, 0);
  }

  /** Completes the last line of stderr: the stream has ended. */
  flush(): void {
    this.#stderr.flush();
    this.#budget.flush();
  }
}

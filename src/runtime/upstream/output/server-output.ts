/**
 * What a server prints besides messages, and remarks about its connection: passed on as far as it can be of
 * use, and the last of it kept.
 */
import type { Clock } from '../../../model/clock.ts';
import type { Advice, LastOutput } from '../requests/failures.ts';
import { Excerpt } from './excerpt.ts';
import { LogBudget } from './log-budget.ts';
import { ProbeEcho } from './probe-echo.ts';
import { createTail } from './tail.ts';

export interface OutputListener {
  /**
   * Text on stdout that is not a message, and its size in bytes; without text if there is too much of it to
   * be logged. Also remarks of Hive, with 0 bytes.
   */
  readonly onNoise: (text: string, bytes: number) => void;
  /** One line of stderr. Left out if there is too much of it. */
  readonly onStderr: (line: string) => void;
  /** What to change, as the lines say that errors quote. */
  readonly advise?: ((stderr: readonly string[]) => Advice | undefined) | undefined;
  /** Limit of the server's memory, in words: `128 MB`. */
  readonly memoryLimit?: string | undefined;
}

export class ServerOutput {
  readonly #listener: OutputListener;
  readonly #budget: LogBudget;
  readonly #stderr;
  readonly #excerpt = new Excerpt();
  readonly #echo: ProbeEcho;
  readonly #noise = createTail(() => {});
  #lastNote: string | undefined;

  constructor(listener: OutputListener, clock: Clock) {
    const budget = new LogBudget(clock, (text) => listener.onNoise(text, 0));
    this.#listener = listener;
    this.#budget = budget;
    this.#echo = new ProbeEcho({
      line: (line, isEcho) => {
        // Under load, stderr may be read after the answers that were given later.
        if (!isEcho) this.#excerpt.push(line);
        if (budget.take(line.length)) listener.onStderr(line);
      },
      hidden: (lines) => listener.onNoise(hiddenNote(lines), 0),
    });
    this.#stderr = createTail((line) => this.#echo.push(line));
  }

  /** For errors to quote. */
  get last(): LastOutput {
    const stderr = this.#excerpt.lines();
    const { advise, memoryLimit } = this.#listener;
    const advice = advise?.(stderr);
    return { stderr, noise: this.#noise.lines(), note: this.#lastNote, advice, memoryLimit };
  }

  /** The last complete line of stderr. */
  get lastLine(): string | undefined {
    return this.#excerpt.lastLine;
  }

  /** The server has come up. */
  started(): void {
    this.#echo.end();
    this.#excerpt.started();
  }

  noise(text: string, bytes: number): void {
    this.#noise.push(`${text}\n`);
    this.#listener.onNoise(this.#budget.take(bytes) ? text : '', bytes);
  }

  /** @param text cut anywhere */
  stderr(text: string): void {
    this.#stderr.push(text);
    this.#echo.flush();
  }

  /** A remark of Hive about the connection. */
  note(text: string): void {
    this.#lastNote = text;
    if (this.#budget.take(text.length)) this.#listener.onNoise(text, 0);
  }

  /** Completes the last line of stderr: the stream has ended. */
  flush(): void {
    this.#stderr.flush();
    this.#echo.end();
    this.#budget.flush();
  }
}

function hiddenNote(count: number): string {
  const lines = `${count} ${count === 1 ? 'line' : 'lines'}`;
  return `its answer to the version probe (server/discover) is left out here: ${lines}`;
}

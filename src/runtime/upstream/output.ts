/**
 * What a server prints besides messages, and remarks about its connection: passed on, and the last of it
 * kept.
 */
import type { LastOutput } from './requests/failures.ts';
import { createTail } from './tail.ts';

export interface OutputListener {
  /**
   * Text on stdout that is not a message, and its size in bytes. Also remarks of Hive, with 0 bytes.
   */
  readonly onNoise: (text: string, bytes: number) => void;
  /** One line of stderr. */
  readonly onStderr: (line: string) => void;
}

export class ServerOutput {
  readonly #listener: OutputListener;
  readonly #stderr;
  readonly #noise = createTail(() => {});
  #lastNote: string | undefined;

  constructor(listener: OutputListener) {
    this.#listener = listener;
    this.#stderr = createTail(listener.onStderr);
  }

  /** For errors to quote. */
  get last(): LastOutput {
    return { stderr: this.#stderr.lines(), noise: this.#noise.lines(), note: this.#lastNote };
  }

  noise(text: string, bytes: number): void {
    this.#noise.push(`${text}\n`);
    this.#listener.onNoise(text, bytes);
  }

  /** @param text cut anywhere */
  stderr(text: string): void {
    this.#stderr.push(text);
  }

  /** A remark of Hive about the connection. */
  note(text: string): void {
    this.#lastNote = text;
    this.#listener.onNoise(text, 0);
  }

  /** Completes the last line of stderr: the stream has ended. */
  flush(): void {
    this.#stderr.flush();
  }
}

/**
 * Takes a server's complaint about `server/discover` out of its stderr. The probe for its protocol era is
 * Hive's own, and older Python servers answer it with a hundred lines of validation errors.
 */
import { METHOD } from '../../../wire/methods.ts';

/**
 * A line that continues a record of a log: indented, closing a bracket, or the bare path of a member, as in
 * validation errors.
 */
const CONTINUATION = /^(?:\s|$|[\]})]|[A-Za-z_]\w*(?:\.[\w[\]]+)+$)/;
const TRACEBACK = /^Traceback \(most recent call last\):/;

export interface ProbeEchoEvents {
  /** @param isEcho a line about the probe, which comes after the start; those before it are left out */
  readonly line: (line: string, isEcho: boolean) => void;
  /** So many lines were left out. */
  readonly hidden: (lines: number) => void;
}

export class ProbeEcho {
  readonly #events: ProbeEchoEvents;
  /** Lines of the record that are not passed on yet. */
  #held: string[] = [];
  /** The record is about the probe. */
  #isEcho = false;
  #hidden = 0;
  #isInTraceback = false;
  #hasEnded = false;

  constructor(events: ProbeEchoEvents) {
    this.#events = events;
  }

  push(line: string): void {
    if (!this.#continues(line)) this.#endRecord();
    this.#held.push(line);
    this.#isEcho ||= line.includes(METHOD.DISCOVER);
  }

  /** A piece of output is over: lines of a record that does not mention the probe are passed on. */
  flush(): void {
    const held = this.#held;
    this.#held = [];
    if (this.#isEcho && !this.#hasEnded) this.#hidden += held.length;
    else for (const line of held) this.#events.line(line, this.#isEcho);
  }

  /** The start is over: everything is passed on from now on. */
  end(): void {
    this.#endRecord();
    this.#hasEnded = true;
  }

  #endRecord(): void {
    this.flush();
    if (this.#hidden > 0) this.#events.hidden(this.#hidden);
    this.#hidden = 0;
    this.#isEcho = false;
  }

  #continues(line: string): boolean {
    if (TRACEBACK.test(line)) {
      this.#isInTraceback = true;
      return true;
    }
    if (CONTINUATION.test(line)) return true;
    // The line below the frames is the exception.
    const isException = this.#isInTraceback;
    this.#isInTraceback = false;
    return isException;
  }
}

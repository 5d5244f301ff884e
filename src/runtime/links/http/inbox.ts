/** Takes the messages that arrive over a streamable HTTP link, and passes them on. */
import type { GatewayError } from '../../../errors.ts';
import { slice } from '../../../wire/envelope.ts';
import { display } from '../../../wire/framing.ts';
import { type LineSink, readLine } from '../../../wire/line.ts';
import type { Allowance } from '../allowance.ts';
import type { LinkEvents } from '../link.ts';
import type { HttpCalls } from './calls.ts';
import { errorAnswer, isRefusal } from './errors.ts';
import type { HttpSession } from './session.ts';

export class Inbox {
  readonly #events: LinkEvents;
  readonly #calls: HttpCalls;
  readonly #session: HttpSession;
  readonly #allowance: Allowance;
  readonly #messages: LineSink;
  readonly #refusals: LineSink;

  constructor(events: LinkEvents, calls: HttpCalls, session: HttpSession, allowance: Allowance) {
    this.#events = events;
    this.#allowance = allowance;
    this.#calls = calls;
    this.#session = session;
    this.#messages = this.#sink(undefined, false);
    this.#refusals = this.#sink(undefined, true);
  }

  /** Passes on one message without line breaks; what is not a message is noise. */
  receive(text: Buffer): void {
    readLine(text, this.#messages);
  }

  /** Passes on an answer whose status shows that the server did not process the request. */
  receiveRefusal(text: Buffer): void {
    readLine(text, this.#refusals);
  }

  /** Makes a receiver of the messages that arrive on the response of one request. */
  receiverDuring(id: number): (text: Buffer) => void {
    const sink = this.#sink(id, false);
    return (text) => readLine(text, sink);
  }

  /** Answers a request in place of its server, unless it has been answered. @param id JSON text */
  fail(id: string, error: GatewayError): void {
    if (!this.#calls.isOpen(id)) return;
    const answer = errorAnswer(id, error);
    if (isRefusal(error)) this.receiveRefusal(answer);
    else this.receive(answer);
  }

  #sink(during: number | undefined, isRefusal: boolean): LineSink {
    return {
      message: (bytes, envelope) => {
        if (envelope.id && !envelope.method) {
          const id = slice(bytes, envelope.id).toString();
          this.#session.noteAnswer(id, bytes, envelope.result);
          this.#calls.answered(id);
        }
        if (this.#events.message(bytes, envelope, during, isRefusal)) this.#allowance.answered();
      },
      noise: (bytes) => this.#events.noise(display(bytes), bytes.length),
    };
  }
}

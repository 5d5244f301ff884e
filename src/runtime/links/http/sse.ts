/** The `http` link to a server over HTTP with SSE, the transport of MCP 2024-11-05 (basic/transports). */
import { GatewayError } from '../../../errors.ts';
import { systemWords } from '../../../model/text/system-errors.ts';
import { readEnvelope, slice } from '../../../wire/envelope.ts';
import { DEFAULT_LIMIT_BYTES, display } from '../../../wire/framing.ts';
import { type LineSink, readLine } from '../../../wire/line.ts';
import { isMessage, type ServerSentEvent, sseReader } from '../../../wire/sse.ts';
import { Agents } from '../../network/agents.ts';
import { codeOf } from '../../network/failure.ts';
import { DIRECT } from '../../network/network.ts';
import { Allowance } from '../allowance.ts';
import type { ExitFacts, Link, LinkEvents } from '../link.ts';
import { readRefusal } from './body.ts';
import { Endpoint, hostOf } from './endpoint.ts';
import { errorAnswer, isRefusal, networkError, StatusError } from './errors.ts';
import type { HttpOptions } from './http.ts';
import { readInTurns } from './read-in-turns.ts';
import { type HttpBody, isEventStream } from './response.ts';

/** Servers of this kind name their endpoint as soon as the stream is open. */
const ENDPOINT_TIMEOUT_MS = 10_000;

/**
 * Opens the event stream of a server, on which it first names the address that takes messages. The end of the
 * stream is the end of the connection. Undefined if the address serves no such stream. The caller must close
 * the link.
 */
export async function openSse(options: HttpOptions, events: LinkEvents): Promise<Link | undefined> {
  const link = new SseLink(options, events);
  if (await link.connect()) return link;
  await link.release();
  return undefined;
}

class SseLink implements Link {
  readonly kind = 'http';
  readonly #options: HttpOptions;
  readonly #events: LinkEvents;
  readonly #agents: Agents;
  readonly #life = new AbortController();
  readonly #allowance = new Allowance();
  readonly #stream: Endpoint;
  readonly #messages: LineSink;
  readonly #refusals: LineSink;
  /** Takes messages. Undefined until the server has named its address. */
  #inlet: Endpoint | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: HttpOptions, events: LinkEvents) {
    this.#options = options;
    this.#events = events;
    this.#agents = new Agents(options.network ?? DIRECT);
    this.#stream = this.#endpoint(options.url);
    this.#messages = this.#sink(false);
    this.#refusals = this.#sink(true);
  }

  /** Opens the stream and waits for the address. False if the server names none on its own origin. */
  async connect(): Promise<boolean> {
    const timer = setTimeout(() => this.#life.abort(), ENDPOINT_TIMEOUT_MS);
    const headers = { ...this.#options.headers, accept: 'text/event-stream' };
    const response = await this.#stream.request('GET', headers, this.#life.signal).catch(() => undefined);
    if (response && response.statusCode === 200 && isEventStream(response)) {
      const named = Promise.withResolvers<void>();
      void this.#follow(response.body, named.resolve);
      await named.promise;
    }
    clearTimeout(timer);
    return this.#inlet !== undefined;
  }

  async send(message: Buffer): Promise<void> {
    const envelope = readEnvelope(message);
    const id = envelope?.method && envelope.id ? slice(message, envelope.id).toString() : undefined;
    try {
      await this.#post(message, id === undefined);
    } catch (cause) {
      if (!this.#life.signal.aborted && id !== undefined) this.#fail(id, cause);
    }
  }

  close(): Promise<void> {
    return this.#close({ message: 'closed' });
  }

  /** Ends the connection without reporting it. */
  async release(): Promise<void> {
    this.#life.abort();
    await this.#agents.destroy();
  }

  #sink(isRefusal: boolean): LineSink {
    return {
      message: (bytes, envelope) => {
        if (this.#events.message(bytes, envelope, undefined, isRefusal)) this.#allowance.answered();
      },
      noise: (bytes) => this.#events.noise(display(bytes), bytes.length),
    };
  }

  #endpoint(url: string): Endpoint {
    const { authorizer, headers } = this.#options;
    return new Endpoint(url, this.#agents, authorizer, hostOf(headers));
  }

  /**
   * @param onAddress is called when the server has named the address for messages, or will not do so any more
   */
  async #follow(body: HttpBody, onAddress: () => void): Promise<void> {
    const onEvent = (event: ServerSentEvent): void => {
      if (event.type === 'endpoint') {
        this.#setInlet(event.data.toString());
        onAddress();
      } else if (isMessage(event)) readLine(event.data, this.#messages);
    };
    const message = await this.#readEvents(body, onEvent);
    onAddress();
    if (this.#inlet && !this.#closing) await this.#close((await this.#options.ending?.()) ?? { message });
  }

  /** Resolves with a sentence about how the stream ended. */
  async #readEvents(body: HttpBody, onEvent: (event: ServerSentEvent) => void): Promise<string> {
    const tooLarge = (bytes: number): void =>
      this.#events.noise('an event over the size limit was dropped', bytes);
    const read = sseReader({ event: onEvent, retry: () => {}, tooLarge }, DEFAULT_LIMIT_BYTES);
    try {
      await readInTurns(body, this.#allowance, read);
      read.end();
      return 'its event stream ended';
    } catch (cause) {
      return `its event stream broke: ${systemWords(codeOf(cause))}`;
    }
  }

  /**
   * Accepts only the server's own origin: messages and credentials are for the server that was configured.
   */
  #setInlet(address: string): void {
    const target = this.#stream.own(address);
    if (target !== undefined) this.#inlet ??= this.#endpoint(target);
  }

  async #post(message: Buffer, isHarmless: boolean): Promise<void> {
    const inlet = this.#inlet ?? this.#stream;
    const headers = { ...this.#options.headers, 'content-type': 'application/json' };
    const { signal } = this.#life;
    const { statusCode, body } = await (isHarmless
      ? inlet.postHarmless(headers, signal, message)
      : inlet.request('POST', headers, signal, message));
    if (statusCode >= 400)
      throw new StatusError(this.#stream.url, statusCode, await readRefusal(body, this.#allowance), {
        way: (this.#options.network ?? DIRECT).wayTo(this.#stream.url),
      });
    await body.dump();
  }

  #fail(id: string, cause: unknown): void {
    const error =
      cause instanceof GatewayError
        ? cause
        : networkError(this.#stream.url, cause, this.#options.network ?? DIRECT);
    readLine(errorAnswer(id, error), isRefusal(error) ? this.#refusals : this.#messages);
  }

  #close(facts: ExitFacts): Promise<void> {
    this.#closing ??= this.release().then(() => this.#events.closed(facts));
    return this.#closing;
  }
}

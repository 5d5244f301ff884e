/** One MCP session with the gateway over streamable HTTP (basic/transports), messages as bytes. */

import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemWords } from '../../model/text/system-errors.ts';
import { RPC } from '../../wire/codes.ts';
import { type Envelope, member, readEnvelope, type Span, slice, stringAt } from '../../wire/envelope.ts';
import { errorObject, errorText } from '../../wire/message.ts';
import { METHOD, NOTIFICATION } from '../../wire/methods.ts';
import { onOneLine } from '../../wire/one-line.ts';
import { atStart, type Position, readEvents } from './events.ts';
import type { ModernHeaders } from './message-headers.ts';
import { openRequests, type Requests } from './requests.ts';

const EVENT_STREAM = 'text/event-stream';
const GOODBYE_MS = 1_000;

export interface SessionEvents {
  /** One message of the gateway, without line breaks. */
  message(bytes: Buffer): void;
  /** A sentence about a message that could not be passed on. */
  note(text: string): void;
  /** The session is over: nothing more can be sent. */
  lost(why: string): void;
}

/** One message on its way to the gateway. */
interface Exchange {
  readonly method: string | undefined;
  /** JSON text. Undefined for a notification and for an answer. */
  readonly id: string | undefined;
  readonly modern: ModernHeaders;
  readonly signal: AbortSignal;
  isAnswered: boolean;
}

/** The owner must close it. */
export class GatewaySession {
  readonly #requests: Requests;
  readonly #token: string;
  readonly #events: SessionEvents;
  readonly #life = new AbortController();
  /** By id: cuts off the exchange of a request. */
  readonly #open = new Map<string, AbortController>();
  #sessionId: string | undefined;
  #version: string | undefined;

  /** @param url the gateway's MCP endpoint, or one of its servers' */
  constructor(url: string, token: string, events: SessionEvents) {
    this.#requests = openRequests(url);
    this.#token = token;
    this.#events = events;
  }

  /**
   * Sends one message of the client. Resolves when the gateway's response to it is complete, and never
   * rejects: a request that fails is answered with an error.
   *
   * @param modern headers of a message of the modern era, which needs no session
   */
  async send(message: Buffer, envelope: Envelope, modern: ModernHeaders): Promise<void> {
    const method = stringAt(message, envelope.method);
    const id = method !== undefined && envelope.id ? textAt(message, envelope.id) : undefined;
    const abort = new AbortController();
    if (id !== undefined) this.#open.set(id, abort);
    const exchange = { method, id, modern, signal: abort.signal, isAnswered: false };
    try {
      await this.#receive(await this.#post(message, exchange), exchange);
      if (method === NOTIFICATION.INITIALIZED) void this.#listen();
    } catch (cause) {
      this.#failed(exchange, cause);
    } finally {
      if (method === NOTIFICATION.CANCELLED) this.#withdraw(message, envelope);
      if (id !== undefined) this.#open.delete(id);
    }
  }

  /** Ends the session at the gateway, and everything under way. */
  async close(): Promise<void> {
    const signal = AbortSignal.timeout(GOODBYE_MS);
    if (this.#sessionId !== undefined)
      await this.#requests.send('DELETE', this.#headers(), undefined, signal).then(drained, () => {});
    this.#life.abort();
    for (const abort of this.#open.values()) abort.abort();
    this.#requests.close();
  }

  #headers(modern?: ModernHeaders): OutgoingHttpHeaders {
    const authorization = `Bearer ${this.#token}`;
    if (modern) return { authorization, ...modern };
    return {
      authorization,
      ...(this.#sessionId === undefined ? {} : { 'mcp-session-id': this.#sessionId }),
      ...(this.#version === undefined ? {} : { 'mcp-protocol-version': this.#version }),
    };
  }

  /** A notification or an answer that arrives twice does no harm; a lost cancellation does. */
  #post(message: Buffer, { id, modern, signal }: Exchange): Promise<IncomingMessage> {
    const types = { 'content-type': 'application/json', accept: `application/json, ${EVENT_STREAM}` };
    const headers = { ...this.#headers(modern), ...types };
    return id === undefined
      ? this.#requests.postHarmless(headers, message, signal)
      : this.#requests.send('POST', headers, message, signal);
  }

  async #receive(response: IncomingMessage, exchange: Exchange): Promise<void> {
    const { statusCode = 0, headers } = response;
    const sessionId = headers['mcp-session-id'];
    if (exchange.method === METHOD.INITIALIZE && typeof sessionId === 'string') this.#sessionId = sessionId;
    if (statusCode >= 400) return this.#refused(statusCode, await buffer(response), exchange);
    if (headers['content-type']?.startsWith(EVENT_STREAM)) return this.#follow(response, exchange);
    const body = await buffer(response);
    if (body.length > 0) this.#deliver(onOneLine(body), exchange);
  }

  /**
   * Reads the stream of a response. One of the legacy era may end or break early; the rest of it is asked
   * for.
   */
  async #follow(response: IncomingMessage, exchange: Exchange): Promise<void> {
    const position = atStart();
    let stream: IncomingMessage | undefined = response;
    while (stream) {
      const broken: unknown = await readEvents(stream, position, (data) =>
        this.#deliver(data, exchange),
      ).then(
        () => new Error('the stream ended without an answer'),
        (cause) => cause,
      );
      if (!this.#isWaiting(exchange)) return;
      const isResumable = !exchange.modern && position.lastId !== undefined;
      stream = isResumable ? await this.#continue(position) : undefined;
      if (!stream) throw broken;
    }
  }

  #isWaiting({ id, isAnswered, signal }: Exchange): boolean {
    return id !== undefined && !isAnswered && !signal.aborted && !this.#life.signal.aborted;
  }

  /** Passes on the notifications and requests that belong to no response, as long as the session lives. */
  async #listen(): Promise<void> {
    const position = atStart();
    try {
      let stream = await this.#get(position);
      while (stream) {
        // A stream that breaks is continued like one that ends.
        await readEvents(stream, position, (data) => this.#events.message(data)).catch(() => {});
        stream = await this.#continue(position);
      }
    } catch (cause) {
      if (!this.#life.signal.aborted) this.#gatewayGone(cause);
    }
  }

  async #continue(position: Position): Promise<IncomingMessage | undefined> {
    await sleep(position.retryMs, undefined, { signal: this.#life.signal });
    return this.#get(position);
  }

  /** The stream from this position on; undefined if the gateway does not offer it. */
  async #get({ lastId }: Position): Promise<IncomingMessage | undefined> {
    const from = lastId === undefined ? {} : { 'last-event-id': lastId };
    const headers = { ...this.#headers(), accept: EVENT_STREAM, ...from };
    const response = await this.#requests.send('GET', headers, undefined, this.#life.signal);
    if (response.statusCode === 200) return response;
    await drained(response);
    if (response.statusCode === 401) this.#tokenUnknown();
    if (response.statusCode === 404) this.#sessionOver();
    return undefined;
  }

  #deliver(bytes: Buffer, exchange: Exchange): void {
    const envelope = readEnvelope(bytes);
    if (envelope?.id && !envelope.method && textAt(bytes, envelope.id) === exchange.id) {
      exchange.isAnswered = true;
      const version = stringAt(bytes, member(bytes, envelope.result, 'protocolVersion'));
      if (exchange.method === METHOD.INITIALIZE && version !== undefined) this.#version = version;
    }
    this.#events.message(bytes);
  }

  /** The gateway explains a refusal by a JSON-RPC error, whose id is null if it did not read that far. */
  #refused(status: number, body: Buffer, exchange: Exchange): void {
    const text = onOneLine(body);
    const error = readEnvelope(text)?.error;
    const explained = error ? slice(text, error) : errorObject(RPC.SERVER_ERROR, `HTTP status ${status}`);
    this.#answer(exchange, explained);
    if (status === 401) this.#tokenUnknown();
    if (status === 404 && !exchange.modern && this.#sessionId !== undefined) this.#sessionOver();
  }

  #failed(exchange: Exchange, cause: unknown): void {
    if (exchange.signal.aborted || this.#life.signal.aborted) return;
    const why = `the gateway cannot be reached: ${systemWords(reason(cause))}`;
    if (!exchange.isAnswered) this.#answer(exchange, errorObject(RPC.SERVER_GONE, why));
    if (reason(cause) === 'ECONNREFUSED') this.#gatewayGone(cause);
  }

  #answer({ id }: Exchange, error: Buffer): void {
    if (id === undefined) this.#events.note(`a message was not accepted: ${error}`);
    else this.#events.message(errorText(id, error));
  }

  /** A cancelled request gets no answer; its exchange ends here. */
  #withdraw(message: Buffer, envelope: Envelope): void {
    const requestId = member(message, envelope.params, 'requestId');
    if (requestId) this.#open.get(textAt(message, requestId))?.abort();
  }

  #sessionOver(): void {
    this.#sessionId = undefined;
    this.#events.lost('its session with the gateway is over');
  }

  /** Each gateway makes a token of its own for `hive stdio`. */
  #tokenUnknown(): void {
    this.#sessionId = undefined;
    this.#events.lost('the gateway was started again');
  }

  #gatewayGone(cause: unknown): void {
    this.#sessionId = undefined;
    this.#events.lost(`the gateway has ended (${reason(cause)})`);
  }
}

const textAt = (text: Buffer, span: Span): string => slice(text, span).toString();

/** The error's code; its message might quote the request with its token. */
function reason(cause: unknown): string {
  const { code, message } = cause as { code?: string; message?: string };
  return code ?? message ?? String(cause);
}

function drained(response: IncomingMessage): Promise<void> {
  return buffer(response).then(() => {});
}

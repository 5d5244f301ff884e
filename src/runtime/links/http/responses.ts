/** Reads the responses to POSTs: one message, an event stream, or a refusal. */
import { isObject, readEnvelope, slice } from '../../../wire/envelope.ts';
import { errorText } from '../../../wire/message.ts';
import { onOneLine } from '../../../wire/one-line.ts';
import type { Network } from '../../network/network.ts';
import type { Allowance } from '../allowance.ts';
import { readBody, readRefusal } from './body.ts';
import type { HttpCalls } from './calls.ts';
import { isModernOnly, notMcpError, SessionOverError, StatusError } from './errors.ts';
import type { EventStreams } from './event-streams.ts';
import type { Inbox } from './inbox.ts';
import { type HttpResponse, headerOf, isEventStream, mediaType } from './response.ts';
import type { HttpSession } from './session.ts';

export class Responses {
  readonly #url: string;
  readonly #session: HttpSession;
  readonly #calls: HttpCalls;
  readonly #inbox: Inbox;
  readonly #streams: EventStreams;
  readonly #allowance: Allowance;
  readonly #network: Network;

  constructor(
    url: string,
    session: HttpSession,
    calls: HttpCalls,
    inbox: Inbox,
    streams: EventStreams,
    allowance: Allowance,
    network: Network,
  ) {
    this.#url = url;
    this.#session = session;
    this.#calls = calls;
    this.#inbox = inbox;
    this.#streams = streams;
    this.#allowance = allowance;
    this.#network = network;
  }

  /**
   * Passes all messages of a response on. Resolves at its end.
   * @param id of the request, as JSON text; undefined for other messages, to which no message is the answer
   * @param isModern true if the request is of the modern era
   * @throws StatusError, SessionOverError; GatewayError SERVER_REFUSED, MESSAGE_TOO_LARGE; and what breaks
   * the connection
   */
  async read(response: HttpResponse, id: string | undefined, isModern: boolean): Promise<void> {
    const { statusCode, body } = response;
    const isAccepted = statusCode === 202 || statusCode === 204;
    if (isAccepted || (id === undefined && statusCode < 400)) return body.dump();
    if (statusCode === 200 && isEventStream(response)) return this.#stream(body, id, isModern);
    if (statusCode !== 200)
      return this.#refusal(response, await readRefusal(body, this.#allowance), id, isModern);
    const bytes = await readBody(body, this.#allowance);
    const type = mediaType(response);
    if (type !== 'application/json') throw notMcpError(this.#url, type, bytes);
    this.#inbox.receive(onOneLine(bytes));
    if (id !== undefined && this.#calls.isOpen(id)) this.#inbox.fail(id, notMcpError(this.#url, type, bytes));
  }

  async #stream(body: HttpResponse['body'], id: string | undefined, isModern: boolean): Promise<void> {
    const isPending = (): boolean => id !== undefined && this.#calls.isOpen(id);
    const receive =
      id === undefined ? (data: Buffer) => this.#inbox.receive(data) : this.#inbox.receiverDuring(Number(id));
    // A legacy server may end the stream early; the client then requests the rest of it.
    await this.#streams.readResponse(body, receive, () => !isModern && isPending());
    if (isPending()) throw Object.assign(new Error(), { code: 'the stream ended without the answer' });
  }

  /**
   * In the modern era, errors have an HTTP status of their own and a JSON-RPC error as the body
   * (basic/transports/streamable-http).
   */
  #refusal(response: HttpResponse, bytes: Buffer, id: string | undefined, isModern: boolean): void {
    const { statusCode: status } = response;
    if (status === 404 && !isModern && this.#session.id !== undefined)
      throw new SessionOverError(this.#url, status, bytes);
    const text = onOneLine(bytes);
    const error = status === 400 || status === 404 ? readEnvelope(text)?.error : undefined;
    const isRpcError = error && isObject(text, error) && (isModern || isModernOnly(text, error));
    const isUnchallenged = status === 401 && headerOf(response, 'www-authenticate') === undefined;
    if (!isRpcError || id === undefined) {
      const way = this.#network.wayTo(this.#url);
      throw new StatusError(this.#url, status, bytes, { isUnchallenged, way });
    }
    // The body's own id may be null, if the server could not read that of the request.
    this.#inbox.receiveRefusal(errorText(id, slice(text, error)));
  }
}

/** The `http` link: a server over streamable HTTP (MCP 2025-11-25, basic/transports). */
import { GatewayError } from '../../../errors.ts';
import { type Envelope, member, readEnvelope, slice, stringAt } from '../../../wire/envelope.ts';
import { METHOD, NOTIFICATION } from '../../../wire/methods.ts';
import { Agents } from '../../network/agents.ts';
import { codeOf } from '../../network/failure.ts';
import { DIRECT, type Network } from '../../network/network.ts';
import type { Authorizer } from '../../oauth/authorizer.ts';
import { Allowance } from '../allowance.ts';
import type { ExitFacts, Link, LinkEvents } from '../link.ts';
import { within } from '../within.ts';
import { HttpCalls } from './calls.ts';
import { Endpoint, type HttpHeaders, hostOf } from './endpoint.ts';
import { networkError, SessionOverError } from './errors.ts';
import { EventStreams } from './event-streams.ts';
import { Inbox } from './inbox.ts';
import { Poster } from './post.ts';
import type { HttpResponse } from './response.ts';
import { Responses } from './responses.ts';
import { HttpSession, type LiveHeader } from './session.ts';

export interface HttpOptions {
  readonly url: string;
  /** Headers of every request, with their references resolved. They never appear in an error. */
  readonly headers: HttpHeaders;
  /** True for servers that Hive does not start: the first failed connection is final. */
  readonly failFast?: boolean;
  /**
   * Called when the connection breaks. Resolves with how the server ended; undefined if it still runs or its
   * state is unknown. The engine may report an end a moment after the connection breaks, so this waits for a
   * short time.
   */
  readonly ending?: () => Promise<ExitFacts | undefined>;
  /** Adds access tokens. Absent for servers without a login. */
  readonly authorizer?: Authorizer;
  /** Absent for a direct connection. */
  readonly network?: Network;
  /** Header that every request gets as it is at that moment: the gateways that the request comes from. */
  readonly hops?: LiveHeader;
}

const MAX_CONNECTIONS = 256;
/** How long the server may take to delete the session. */
const DELETE_TIMEOUT_MS = 2_000;
/** Limit for the response to GET: some servers send its head only with the first event. */
const LISTEN_MS = 1_000;
const CONTENT_HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const NOT_LISTENING = 'nothing listens there any more (ECONNREFUSED)';

/**
 * Makes a link to a server over streamable HTTP. Opening it connects to nothing: the first message is sent
 * again until the server is up or the link is closed. After the server has forgotten its session, every
 * further message fails, but requests in flight may still be answered, so closing the link is left to the
 * caller. The caller must close it.
 */
export function openHttp(options: HttpOptions, events: LinkEvents): Link {
  return new HttpLink(options, events);
}

class HttpLink implements Link {
  readonly kind = 'http';
  readonly #events: LinkEvents;
  readonly #ending: HttpOptions['ending'];
  readonly #network: Network;
  readonly #agents: Agents;
  readonly #calls = new HttpCalls();
  readonly #endpoint: Endpoint;
  readonly #session: HttpSession;
  readonly #poster: Poster;
  readonly #inbox: Inbox;
  readonly #streams: EventStreams;
  readonly #responses: Responses;
  #closing: Promise<void> | undefined;
  /** Requests that never left, by id. */
  readonly #unsent = new Set<string>();
  #isReported = false;

  constructor(
    { url, headers, failFast = false, ending, authorizer, network = DIRECT, hops }: HttpOptions,
    events: LinkEvents,
  ) {
    const calls = this.#calls;
    const agents = new Agents(network, { connections: MAX_CONNECTIONS });
    const endpoint = new Endpoint(url, agents, authorizer, hostOf(headers));
    const session = new HttpSession(headers, hops);
    const allowance = new Allowance();
    const inbox = new Inbox(events, calls, session, allowance);
    const streams = new EventStreams(endpoint, session, calls.life, events, allowance);
    this.#network = network;
    this.#agents = agents;
    this.#events = events;
    this.#ending = ending;
    this.#endpoint = endpoint;
    this.#session = session;
    this.#poster = new Poster(endpoint, failFast, (why) => events.note(`not reachable yet: ${why}`));
    this.#inbox = inbox;
    this.#streams = streams;
    this.#responses = new Responses(url, session, calls, inbox, streams, allowance, network);
  }

  get hasSession(): boolean {
    return this.#session.id !== undefined;
  }

  async send(message: Buffer, modernHeaders?: HttpHeaders): Promise<void> {
    const envelope = envelopeOf(message);
    const method = stringAt(message, envelope.method);
    const id = envelope.method && envelope.id ? slice(message, envelope.id).toString() : undefined;
    if (this.#closing) return this.#refuse(id);
    const signal = this.#calls.begin(id);
    if (method === METHOD.INITIALIZE) this.#session.initializing(id);
    try {
      const headers = modernHeaders
        ? this.#session.headersOutside(CONTENT_HEADERS, modernHeaders)
        : this.#session.headers(CONTENT_HEADERS);
      const response = await this.#poster.post(message, headers, signal, id === undefined);
      if (method === METHOD.INITIALIZE) this.#session.begin(sessionIdOf(response));
      await this.#responses.read(response, id, modernHeaders !== undefined);
      if (method === NOTIFICATION.INITIALIZED) await this.#listen();
    } catch (cause) {
      await this.#failed(cause, id, signal);
    } finally {
      if (method === NOTIFICATION.CANCELLED) this.#abortCancelled(message, envelope);
    }
  }

  /** The end of the link, which is about to be reported, says more about a late request than this could. */
  #refuse(id: string | undefined): void {
    if (this.#isReported || id === undefined)
      throw networkError(this.#endpoint.url, { code: 'the connection was closed' }, DIRECT);
    this.#unsent.add(id);
  }

  abort(id: number): void {
    this.#calls.abort(String(id));
  }

  close(graceMs: number): Promise<void> {
    return this.#close(graceMs, { message: 'closed' });
  }

  /**
   * Opens the stream for messages that belong to no request, and waits for it: a server drops a question that
   * it asks on this stream before the stream is there, and the call behind the question would wait for ever.
   */
  async #listen(): Promise<void> {
    const opened = Promise.withResolvers<void>();
    const onRefused = (): void => void this.#lost(NOT_LISTENING);
    void this.#streams.listen((data) => this.#inbox.receive(data), onRefused, opened.resolve);
    await within(opened.promise, LISTEN_MS);
  }

  #abortCancelled(message: Buffer, envelope: Envelope): void {
    const id = member(message, envelope.params, 'requestId');
    if (id) this.#calls.abort(slice(message, id).toString());
  }

  async #failed(cause: unknown, id: string | undefined, signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => signal.aborted || this.#calls.life.aborted;
    if (isOver()) return;
    const isUnreached = this.#poster.isUp && codeOf(cause) === 'ECONNREFUSED';
    if (isUnreached && id !== undefined) this.#unsent.add(id);
    const ending = await this.#endingBehind(cause);
    if (isOver()) return;
    // The end of the server explains more than that of its connection, and is reported to all calls at once.
    if (ending) return this.#close(0, ending);
    if (isUnreached) return this.#close(0, { message: NOT_LISTENING });
    const error =
      cause instanceof GatewayError ? cause : networkError(this.#endpoint.url, cause, this.#network);
    if (id !== undefined) this.#inbox.fail(id, error);
    if (cause instanceof SessionOverError) {
      this.#session.forget();
      this.#events.suspectStale();
    }
  }

  /** How the server has ended, if its end may be what broke a connection. */
  async #endingBehind(cause: unknown): Promise<ExitFacts | undefined> {
    return this.#poster.isUp && !(cause instanceof GatewayError) ? this.#ending?.() : undefined;
  }

  /** The server is gone. @param message a sentence for the case that the cause is unknown */
  async #lost(message: string): Promise<void> {
    const facts = (await this.#ending?.()) ?? { message };
    if (!this.#closing) await this.#close(0, facts);
  }

  #close(graceMs: number, facts: ExitFacts): Promise<void> {
    this.#closing ??= this.#release(graceMs, facts);
    return this.#closing;
  }

  async #release(graceMs: number, facts: ExitFacts): Promise<void> {
    if (this.#session.isDeletable && graceMs > 0) await this.#deleteSession(graceMs);
    this.#calls.abortAll();
    await this.#agents.destroy();
    this.#isReported = true;
    this.#events.closed(this.#unsent.size === 0 ? facts : { ...facts, unsent: this.#unsent });
  }

  /** Never rejects: a server need not support this, and may be gone. */
  async #deleteSession(graceMs: number): Promise<void> {
    const signal = AbortSignal.timeout(Math.min(graceMs, DELETE_TIMEOUT_MS));
    await this.#endpoint
      .request('DELETE', this.#session.headers({}), signal)
      .then(({ body }) => body.dump())
      .catch(() => {});
  }
}

function envelopeOf(message: Buffer): Envelope {
  const envelope = readEnvelope(message);
  if (!envelope) throw new GatewayError('INTERNAL', 'a message must be one JSON object');
  return envelope;
}

function sessionIdOf({ headers }: HttpResponse): string | undefined {
  const value = headers['mcp-session-id'];
  return Array.isArray(value) ? value[0] : value;
}

import { Agent, type Dispatcher, request } from 'undici';
import { GatewayError } from '../../../errors.ts';
import { type Envelope, isObject, member, readEnvelope, slice, stringAt } from '../../../wire/envelope.ts';
import { display } from '../../../wire/framing.ts';
import { type LineSink, readLine } from '../../../wire/line.ts';
import { errorText } from '../../../wire/message.ts';
import { METHOD, NOTIFICATION } from '../../../wire/methods.ts';
import { onOneLine } from '../../../wire/one-line.ts';
import type { Authorizer } from '../../oauth/authorizer.ts';
import type { ExitFacts, Link, LinkEvents } from '../link.ts';
import { authorized } from './authorized.ts';
import { readBody } from './body.ts';
import { createHttpCalls } from './calls.ts';
import {
  errorAnswer,
  isOfModern,
  isRefusal,
  networkError,
  notMcpError,
  reason,
  SessionOverError,
  StatusError,
} from './errors.ts';
import { createPoster } from './post.ts';
import { createEventStreams } from './stream.ts';

export interface HttpOptions {
  readonly url: string;
  /** Values resolved: they never appear in an error. */
  readonly headers: Readonly<Record<string, string>>;
  /** Not reachable is told at once: nobody has just started it. */
  readonly impatient?: boolean;
  /**
   * Asked when the connection breaks: how the server ended, or undefined where it goes on or nobody knows. Whoever knows may
   * learn of it a moment after the connection, so this waits, and never long.
   */
  readonly ending?: () => Promise<ExitFacts | undefined>;
  /** Has the access token, where the server wants one. */
  readonly authorizer?: Authorizer;
}

const MAX_CONNECTIONS = 256;
const GOODBYE_MS = 2_000;

/**
 * A server over streamable HTTP (MCP 2025-11-25, basic/transports), bodies as bytes. Opening connects to nothing: the first
 * message is repeated until the server is there or the link is closed. Once the server has forgotten its session, nothing can be said to it
 * any more, but what is under way may still be answered: whoever owns the link closes it.
 */
export async function openHttp(options: HttpOptions, events: LinkEvents): Promise<Link> {
  const { url } = options;
  const agent = new Agent({ connections: MAX_CONNECTIONS, bodyTimeout: 0, headersTimeout: 0 });
  const calls = createHttpCalls();
  const poster = createPoster({
    url,
    agent,
    authorizer: options.authorizer,
    impatient: options.impatient === true,
    onWait: (why) => events.note(`not reachable yet: ${why}`),
  });
  let sessionId: string | undefined;
  let isForgotten = false;
  let version: string | undefined;
  let initializeId: string | undefined;
  let closing: Promise<void> | undefined;

  const headers = (own: Record<string, string>): Record<string, string> => ({
    ...options.headers,
    ...own,
    ...(sessionId === undefined ? {} : { 'mcp-session-id': sessionId }),
    ...(version === undefined ? {} : { 'mcp-protocol-version': version }),
  });

  async function over(message: string): Promise<void> {
    const facts = (await options.ending?.()) ?? { message };
    if (!closing) await close(0, facts);
  }

  const sinkOf = (during?: number, refuses?: boolean): LineSink => ({
    message(bytes, envelope) {
      if (initializeId !== undefined && envelope.result && idOf(bytes, envelope) === initializeId) {
        initializeId = undefined;
        version = stringAt(bytes, member(bytes, envelope.result, 'protocolVersion'));
      }
      if (envelope.id && !envelope.method) calls.answered(idOf(bytes, envelope));
      events.message(bytes, envelope, during, refuses);
    },
    noise: (bytes) => events.noise(display(bytes), bytes.length),
  });
  const sink = sinkOf();
  const refusals = sinkOf(undefined, true);
  const take = (bytes: Buffer): void => readLine(bytes, sink);
  /** Ends a call whose answer will not come. */
  const fail = (id: string, error: GatewayError): void => {
    if (calls.isOpen(id)) readLine(errorAnswer(id, error), isRefusal(error) ? refusals : sink);
  };
  const streams = createEventStreams({
    url,
    agent,
    life: calls.life,
    authorizer: options.authorizer,
    headers,
    take,
    over: (message) => void over(message),
    suspectStale: events.suspectStale,
    noise: events.noise,
  });

  function post({ message, modern, signal }: Sending): Promise<Dispatcher.ResponseData> {
    const kinds = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    return poster.post(
      message,
      modern ? { ...options.headers, ...kinds, ...modern } : headers(kinds),
      signal,
    );
  }

  async function follow(
    body: Dispatcher.ResponseData['body'],
    id: string | undefined,
    resumes: boolean,
  ): Promise<void> {
    const isAnswered = (): boolean => id === undefined || !calls.isOpen(id);
    const mine = sinkOf(id === undefined ? undefined : Number(id));
    await streams.read(body, { take: (data) => readLine(data, mine), isAnswered, resumes });
    if (!isAnswered()) throw Object.assign(new Error(), { code: 'the stream ended without the answer' });
  }

  async function receive(response: Dispatcher.ResponseData, { id, modern }: Sending): Promise<void> {
    const { statusCode, body } = response;
    const type = String(response.headers['content-type'] ?? '');
    if (statusCode === 200 && type.startsWith('text/event-stream')) return follow(body, id, !modern);
    const bytes = await readBody(body);
    if (statusCode !== 200) return refuse(statusCode, bytes, id, modern !== undefined);
    if (!type.startsWith('application/json')) throw notMcpError(url, type, bytes);
    take(onOneLine(bytes));
    if (id !== undefined && calls.isOpen(id)) fail(id, notMcpError(url, type, bytes));
  }

  /** In the modern era errors have a status of their own, and say in JSON-RPC what is wrong (basic/transports/streamable-http). */
  function refuse(status: number, bytes: Buffer, id: string | undefined, modern: boolean): void {
    if (status === 404 && !modern && sessionId !== undefined) throw new SessionOverError(url, status, bytes);
    const text = onOneLine(bytes);
    const error = status === 400 || status === 404 ? readEnvelope(text)?.error : undefined;
    const isTold = error && isObject(text, error) && (modern || isOfModern(text, error));
    if (!isTold || id === undefined) throw new StatusError(url, status, bytes);
    // Its id may be null, where the server did not get as far as that.
    readLine(errorText(id, slice(text, error)), refusals);
  }

  async function send(message: Buffer, modern?: Sending['modern']): Promise<void> {
    if (closing) throw networkError(url, { code: 'the connection was closed' });
    const envelope = envelopeOf(message);
    const method = stringAt(message, envelope.method);
    const id = envelope.method && envelope.id ? idOf(message, envelope) : undefined;
    const sending = { message, id, method, modern, signal: calls.begin(id) };
    if (method === METHOD.INITIALIZE) initializeId = id;
    try {
      await exchange(await post(sending), sending);
      if (method === NOTIFICATION.INITIALIZED) streams.listen();
      if (method === NOTIFICATION.CANCELLED) withdraw(message, envelope);
    } catch (cause) {
      await failed(cause, sending);
    }
  }

  async function exchange(response: Dispatcher.ResponseData, sending: Sending): Promise<void> {
    poster.up();
    if (sending.method === METHOD.INITIALIZE) sessionId = header(response, 'mcp-session-id');
    const isAccepted = response.statusCode === 202 || response.statusCode === 204;
    const wantsNothing = sending.id === undefined && response.statusCode < 400;
    if (isAccepted || wantsNothing) await response.body.dump();
    else await receive(response, sending);
  }

  async function failed(cause: unknown, { id, signal }: Sending): Promise<void> {
    const isOver = (): boolean => signal.aborted || calls.life.aborted;
    const facts = isOver() ? undefined : await endingOf(cause);
    if (isOver()) return;
    // The end of the server is a better answer than that of its connection, and goes to all its calls at once.
    if (facts) return close(0, facts);
    tell(cause, id);
    if (poster.isUp && reason(cause) === 'ECONNREFUSED')
      await over('nothing listens there any more (ECONNREFUSED)');
  }

  function tell(cause: unknown, id: string | undefined): void {
    if (id !== undefined) fail(id, cause instanceof GatewayError ? cause : networkError(url, cause));
    if (!(cause instanceof SessionOverError)) return;
    isForgotten = true;
    events.suspectStale();
  }

  async function endingOf(cause: unknown): Promise<ExitFacts | undefined> {
    return poster.isUp && !(cause instanceof GatewayError) ? options.ending?.() : undefined;
  }

  function withdraw(message: Buffer, envelope: Envelope): void {
    const span = member(message, envelope.params, 'requestId');
    const id = span && slice(message, span).toString();
    if (id !== undefined) calls.abort(id);
  }

  function close(graceMs: number, facts: ExitFacts = { message: 'closed' }): Promise<void> {
    closing ??= (async () => {
      await goodbye(graceMs);
      calls.abortAll();
      await agent.destroy();
      events.closed(facts);
    })();
    return closing;
  }

  async function goodbye(graceMs: number): Promise<void> {
    if (sessionId === undefined || isForgotten || graceMs === 0) return;
    const signal = AbortSignal.timeout(Math.min(graceMs, GOODBYE_MS));
    await authorized(options.authorizer, { method: 'DELETE', address: url }, (more) =>
      request(url, { method: 'DELETE', headers: headers(more), dispatcher: agent, signal }),
    )
      .then(({ body }) => body.dump())
      .catch(() => {});
  }

  return { kind: 'http', send, abort: (id) => calls.abort(String(id)), close: (graceMs) => close(graceMs) };
}

/** One message on its way. */
interface Sending {
  readonly message: Buffer;
  /** Of a request: JSON text. */
  readonly id: string | undefined;
  readonly method: string | undefined;
  /** The headers of a message of the modern era, which knows no session. */
  readonly modern: Readonly<Record<string, string>> | undefined;
  readonly signal: AbortSignal;
}

function envelopeOf(message: Buffer): Envelope {
  const envelope = readEnvelope(message);
  if (!envelope) throw new GatewayError('INTERNAL', 'what is sent must be one JSON object');
  return envelope;
}

const idOf = (bytes: Buffer, { id }: Envelope): string => (id ? slice(bytes, id).toString() : '');

function header({ headers }: Dispatcher.ResponseData, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

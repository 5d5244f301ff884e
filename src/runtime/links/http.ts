import { setTimeout as delay } from 'node:timers/promises';
import { Agent, type Dispatcher, request } from 'undici';
import { GatewayError } from '../../errors.ts';
import { RPC } from '../../rpc/codes.ts';
import { type Envelope, member, readEnvelope, slice, stringAt } from '../../rpc/envelope.ts';
import { DEFAULT_LIMIT, display } from '../../rpc/framing.ts';
import { type LineSink, readLine } from '../../rpc/line.ts';
import { errorObject, errorText } from '../../rpc/message.ts';
import type { Authorizer } from '../oauth/authorizer.ts';
import { authorized } from './http-authorized.ts';
import { isNotYet, isNotYetStatus, networkError, notMcpError, reason, statusError } from './http-errors.ts';
import { createEventStreams } from './http-stream.ts';
import type { ExitFacts, Link, LinkEvents } from './link.ts';

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

/** Pauses between attempts to reach a server that is not up yet. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 1_000;

const MAX_CONNECTIONS = 256;
const GOODBYE_MS = 2_000;

/**
 * A server over streamable HTTP (MCP 2025-11-25, basic/transports), bodies as bytes. Opening connects to nothing: the first
 * message is repeated until the server is there or the link is closed. A session that the server has forgotten closes the link.
 */
export async function openHttp(options: HttpOptions, events: LinkEvents): Promise<Link> {
  const { url } = options;
  const agent = new Agent({ connections: MAX_CONNECTIONS, bodyTimeout: 0, headersTimeout: 0 });
  const life = new AbortController();
  const calls = new Map<string, AbortController>();
  let sessionId: string | undefined;
  let version: string | undefined;
  let initializeId: string | undefined;
  let isUp = false;
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

  const sink: LineSink = {
    message(bytes, envelope) {
      if (initializeId !== undefined && envelope.result && idOf(bytes, envelope) === initializeId) {
        initializeId = undefined;
        version = stringAt(bytes, member(bytes, envelope.result, 'protocolVersion'));
      }
      if (envelope.id && !envelope.method) calls.delete(idOf(bytes, envelope));
      events.message(bytes, envelope);
    },
    noise: (bytes) => events.noise(display(bytes), bytes.length),
  };
  const take = (bytes: Buffer): void => readLine(bytes, sink);
  /** Ends a call whose answer will not come. */
  const fail = (id: string, error: GatewayError): void => {
    if (!calls.has(id)) return;
    take(
      errorText(
        id,
        errorObject(RPC.SERVER_GONE, `${error.message}; fix: ${error.hint}`, {
          code: error.code,
          hint: error.hint,
        }),
      ),
    );
  };
  const streams = createEventStreams({
    url,
    agent,
    life: life.signal,
    authorizer: options.authorizer,
    headers,
    take,
    over: (message) => void over(message),
    noise: events.noise,
  });

  function attempt(message: Buffer, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const own = headers({
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    });
    const send = (more: Record<string, string>): Promise<Dispatcher.ResponseData> =>
      request(url, {
        method: 'POST',
        headers: { ...own, ...more },
        body: message,
        dispatcher: agent,
        signal,
      });
    return authorized(options.authorizer, send);
  }

  /** Until the server has answered once, anything that says "not up yet" is tried again. */
  async function post(message: Buffer, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    if (isUp || options.impatient) return attempt(message, signal);
    for (let pause = FIRST_RETRY_MS; ; pause = Math.min(pause * 2, LAST_RETRY_MS)) {
      const { response, why } = await firstContact(() => attempt(message, signal));
      if (response) return response;
      if (pause === FIRST_RETRY_MS) events.stderr(`not reachable yet: ${why}\n`);
      await delay(pause, undefined, { signal });
    }
  }

  async function receive(response: Dispatcher.ResponseData, id: string | undefined): Promise<void> {
    const { statusCode, body } = response;
    const type = String(response.headers['content-type'] ?? '');
    if (statusCode === 200 && type.startsWith('text/event-stream')) {
      const isAnswered = (): boolean => id === undefined || !calls.has(id);
      await streams.read(body, isAnswered);
      if (!isAnswered()) throw Object.assign(new Error(), { code: 'the stream ended without the answer' });
      return;
    }
    const bytes = await readBody(body);
    if (statusCode !== 200) throw statusError(url, statusCode, bytes);
    if (!type.startsWith('application/json')) throw notMcpError(url, type, bytes);
    take(oneLine(bytes));
    if (id !== undefined && calls.has(id)) fail(id, notMcpError(url, type, bytes));
  }

  async function send(message: Buffer): Promise<void> {
    if (closing) throw networkError(url, { code: 'the connection was closed' });
    const envelope = envelopeOf(message);
    const method = stringAt(message, envelope.method);
    const id = envelope.method && envelope.id ? idOf(message, envelope) : undefined;
    const call = new AbortController();
    const signal = AbortSignal.any([life.signal, call.signal]);
    if (id !== undefined) calls.set(id, call);
    if (method === 'initialize') initializeId = id;
    try {
      await exchange(await post(message, signal), id, method);
      if (method === 'notifications/initialized') streams.listen();
      if (method === 'notifications/cancelled') withdraw(message, envelope);
    } catch (cause) {
      await failed(cause, id, signal);
    }
  }

  async function exchange(
    response: Dispatcher.ResponseData,
    id: string | undefined,
    method: string | undefined,
  ): Promise<void> {
    isUp = true;
    if (method === 'initialize') sessionId = header(response, 'mcp-session-id');
    if (await isRefused(response)) return;
    const isAccepted = response.statusCode === 202 || response.statusCode === 204;
    if (isAccepted || (id === undefined && response.statusCode < 400)) await response.body.dump();
    else await receive(response, id);
  }

  /** True when the server does not know the session any more: then everything on it is over. */
  async function isRefused(response: Dispatcher.ResponseData): Promise<boolean> {
    if (response.statusCode !== 404 || sessionId === undefined) return false;
    await response.body.dump();
    await over('its session is over (HTTP 404)');
    return true;
  }

  async function failed(cause: unknown, id: string | undefined, signal: AbortSignal): Promise<void> {
    const facts = signal.aborted ? undefined : await endingOf(cause);
    if (signal.aborted) return;
    // The end of the server is a better answer than that of its connection, and goes to all its calls at once.
    if (facts) return close(0, facts);
    if (id !== undefined) fail(id, cause instanceof GatewayError ? cause : networkError(url, cause));
    if (isUp && reason(cause) === 'ECONNREFUSED') await over('nothing listens there any more (ECONNREFUSED)');
  }

  async function endingOf(cause: unknown): Promise<ExitFacts | undefined> {
    return isUp && !(cause instanceof GatewayError) ? options.ending?.() : undefined;
  }

  function withdraw(message: Buffer, envelope: Envelope): void {
    const span = member(message, envelope.params, 'requestId');
    const id = span && slice(message, span).toString();
    if (id === undefined) return;
    calls.get(id)?.abort();
    calls.delete(id);
  }

  function close(graceMs: number, facts: ExitFacts = { message: 'closed' }): Promise<void> {
    closing ??= (async () => {
      await goodbye(graceMs);
      life.abort();
      await agent.destroy();
      events.closed(facts);
    })();
    return closing;
  }

  async function goodbye(graceMs: number): Promise<void> {
    if (sessionId === undefined || graceMs === 0) return;
    const signal = AbortSignal.timeout(Math.min(graceMs, GOODBYE_MS));
    await authorized(options.authorizer, (more) =>
      request(url, { method: 'DELETE', headers: headers(more), dispatcher: agent, signal }),
    )
      .then(({ body }) => body.dump())
      .catch(() => {});
  }

  return { kind: 'http', send, close: (graceMs) => close(graceMs) };
}

function envelopeOf(message: Buffer): Envelope {
  const envelope = readEnvelope(message);
  if (!envelope) throw new GatewayError('INTERNAL', 'what is sent must be one JSON object');
  return envelope;
}

async function firstContact(
  attempt: () => Promise<Dispatcher.ResponseData>,
): Promise<{ response?: Dispatcher.ResponseData; why?: string }> {
  try {
    const response = await attempt();
    if (!isNotYetStatus(response.statusCode)) return { response };
    await response.body.dump();
    return { why: `HTTP ${response.statusCode}` };
  } catch (cause) {
    if (!isNotYet(cause)) throw cause;
    return { why: reason(cause) };
  }
}

const idOf = (bytes: Buffer, { id }: Envelope): string => (id ? slice(bytes, id).toString() : '');

function header({ headers }: Dispatcher.ResponseData, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Line breaks in JSON stand only between tokens; messages are one line everywhere in Hive. */
function oneLine(bytes: Buffer): Buffer {
  for (const byte of [0x0a, 0x0d]) {
    for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at)) bytes[at] = 0x20;
  }
  return bytes;
}

/** @throws GatewayError MESSAGE_TOO_LARGE */
async function readBody(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > DEFAULT_LIMIT) {
      body.destroy();
      throw new GatewayError('MESSAGE_TOO_LARGE', `an answer exceeds the limit of ${DEFAULT_LIMIT} bytes`, {
        hint: 'ask the server for less at a time',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

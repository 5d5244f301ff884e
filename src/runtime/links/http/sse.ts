import { Agent, type Dispatcher, request } from 'undici';
import { GatewayError } from '../../../errors.ts';
import { readEnvelope, slice } from '../../../wire/envelope.ts';
import { DEFAULT_LIMIT, display } from '../../../wire/framing.ts';
import { type LineSink, readLine } from '../../../wire/line.ts';
import { type ServerSentEvent, sseReader } from '../../../wire/sse.ts';
import type { ExitFacts, Link, LinkEvents } from '../link.ts';
import { authorized } from './authorized.ts';
import { readBody } from './body.ts';
import { errorAnswer, isRefusal, networkError, reason, StatusError } from './errors.ts';
import type { HttpOptions } from './http.ts';

/** A server names its endpoint at once, if it is one of these at all. */
const ENDPOINT_MS = 10_000;

/**
 * A server over HTTP with SSE (MCP 2024-11-05, basic/transports): one stream from it, on which it first names the address that takes
 * messages. Undefined where nothing of the kind is served. The end of the stream is the end of the connection.
 */
export async function openSse(options: HttpOptions, events: LinkEvents): Promise<Link | undefined> {
  const { url } = options;
  const agent = new Agent({ bodyTimeout: 0, headersTimeout: 0 });
  const life = new AbortController();
  const named = Promise.withResolvers<void>();
  let address: string | undefined;
  let closing: Promise<void> | undefined;

  const ask = (address: string, method: 'GET' | 'POST', own: Record<string, string>, body?: Buffer) =>
    authorized(options.authorizer, { method, address }, (more) =>
      request(address, {
        method,
        headers: { ...options.headers, ...own, ...more },
        ...(body ? { body } : {}),
        dispatcher: agent,
        signal: life.signal,
      }),
    );

  const sink = {
    message: events.message.bind(events),
    noise: (bytes: Buffer) => events.noise(display(bytes), bytes.length),
  };
  const refusals: LineSink = {
    ...sink,
    message: (bytes, envelope) => events.message(bytes, envelope, undefined, true),
  };
  function onEvent({ type, data }: ServerSentEvent): void {
    if (type === 'endpoint') {
      address ??= sameOrigin(url, data.toString());
      named.resolve();
    } else readLine(data, sink);
  }

  async function follow(body: Dispatcher.ResponseData['body']): Promise<void> {
    const tooLarge = (bytes: number): void => events.noise('an event over the size limit was dropped', bytes);
    const read = sseReader({ event: onEvent, retry: () => {}, tooLarge }, DEFAULT_LIMIT);
    let message = 'its event stream ended';
    try {
      for await (const chunk of body) read(chunk);
    } catch (cause) {
      message = `its event stream broke (${reason(cause)})`;
    }
    named.resolve();
    if (address !== undefined && !closing) await close((await options.ending?.()) ?? { message });
  }

  function close(facts: ExitFacts): Promise<void> {
    closing ??= (async () => {
      life.abort();
      await agent.destroy();
      events.closed(facts);
    })();
    return closing;
  }

  function fail(id: string, cause: unknown): void {
    const error = cause instanceof GatewayError ? cause : networkError(url, cause);
    readLine(errorAnswer(id, error), isRefusal(error) ? refusals : sink);
  }

  async function send(message: Buffer): Promise<void> {
    const envelope = readEnvelope(message);
    const id = envelope?.method && envelope.id ? slice(message, envelope.id).toString() : undefined;
    try {
      const own = { 'content-type': 'application/json' };
      const { statusCode, body } = await ask(address ?? url, 'POST', own, message);
      if (statusCode >= 400) throw new StatusError(url, statusCode, await readBody(body));
      await body.dump();
    } catch (cause) {
      if (!life.signal.aborted && id !== undefined) fail(id, cause);
    }
  }

  const timer = setTimeout(() => life.abort(), ENDPOINT_MS);
  const response = await ask(url, 'GET', { accept: 'text/event-stream' }).catch(() => undefined);
  const isStream = String(response?.headers['content-type'] ?? '').startsWith('text/event-stream');
  if (response?.statusCode === 200 && isStream) {
    void follow(response.body);
    await named.promise;
  }
  clearTimeout(timer);
  if (address !== undefined) return { kind: 'http', send, close: () => close({ message: 'closed' }) };
  life.abort();
  await agent.destroy();
  return undefined;
}

/** Messages and credentials go nowhere else than to the server that was configured. */
function sameOrigin(url: string, endpoint: string): string | undefined {
  const target = URL.parse(endpoint, url);
  return target?.origin === new URL(url).origin ? target.href : undefined;
}

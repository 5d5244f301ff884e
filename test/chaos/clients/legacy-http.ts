/** A legacy client over streamable HTTP: a session, its GET stream, and streams that are resumed. */
import { setTimeout as delay } from 'node:timers/promises';
import { eventsOf } from './events.ts';
import type { Inbox } from './inbox.ts';
import { HttpRefusal, type Message, messageIn, type SendOptions, type Transport } from './message.ts';

export const LEGACY_VERSION = '2025-11-25';
export const CAPABILITIES = { sampling: {}, elicitation: { form: {} } };
/** Attempts to get back to a broken stream. */
const MAX_RETURNS = 3;

/** How far a stream has been read. */
interface Position {
  lastId: string | undefined;
}

export class LegacyHttp implements Transport {
  readonly #url: string;
  readonly #inbox: Inbox;
  readonly #headers: Record<string, string>;
  readonly #life = new AbortController();
  #isOpen = true;

  constructor(url: string, token: string, inbox: Inbox) {
    this.#url = url;
    this.#inbox = inbox;
    this.#headers = { authorization: `Bearer ${token}` };
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get sessionId(): string {
    return this.#headers['mcp-session-id'] ?? '';
  }

  async send(message: Message, { signal, dropAfter }: SendOptions = {}): Promise<void> {
    const response = await this.#fetch('POST', {
      signal,
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    });
    const sessionId = response.headers.get('mcp-session-id');
    if (message.method === 'initialize' && sessionId) this.#headers['mcp-session-id'] = sessionId;
    if (response.headers.get('content-type')?.startsWith('text/event-stream'))
      return this.#follow(response, message.id, dropAfter);
    const text = await response.text();
    if (response.status === 404) this.#isOpen = false;
    const answer = messageIn(response, text);
    if (answer) this.#take(answer);
    if (this.#inbox.isWaiting(message.id) || response.status >= 500) throw new HttpRefusal(response.status);
  }

  /** Keeps a GET stream open until the session ends. */
  async listen(): Promise<void> {
    const position: Position = { lastId: undefined };
    while (this.#isOpen && !this.#life.signal.aborted) {
      // If the connection breaks, the next request shows whether the session is gone too.
      await this.#listenOnce(position).catch(() => {});
      await delay(200);
    }
  }

  async #listenOnce(position: Position): Promise<void> {
    const response = await this.#get(position);
    if (response.status === 404) this.#isOpen = false;
    if (response.ok) await this.#read(response, position);
    else await response.body?.cancel();
  }

  async close(isPolite: boolean): Promise<void> {
    this.#isOpen = false;
    this.#life.abort();
    if (isPolite) await this.#fetch('DELETE', {}).catch(() => {});
  }

  /** Reads the stream of a POST to its answer, over several connections if need be. */
  async #follow(first: Response, requestId: Message['id'], dropAfter?: number): Promise<void> {
    const position: Position = { lastId: undefined };
    let failure = await this.#read(first, position, dropAfter).catch((error: Error) => error);
    for (let returns = 0; this.#inbox.isWaiting(requestId); returns += 1) {
      if (position.lastId === undefined || returns === MAX_RETURNS)
        throw failure ?? new Error('the stream ended without an answer');
      await delay(50);
      const response = await this.#get(position);
      if (!response.ok) throw new HttpRefusal(response.status);
      failure = await this.#read(response, position).catch((error: Error) => error);
    }
  }

  /** Reads to the end of the stream, or drops the connection after `limit` events. */
  async #read(response: Response, position: Position, limit = Number.POSITIVE_INFINITY): Promise<undefined> {
    let left = limit;
    for await (const { id, data } of eventsOf(response)) {
      position.lastId = id ?? position.lastId;
      if (data) this.#take(JSON.parse(data));
      left -= 1;
      if (left === 0) return undefined;
    }
    return undefined;
  }

  #get({ lastId }: Position): Promise<Response> {
    return this.#fetch('GET', { signal: this.#life.signal, lastId });
  }

  #fetch(
    method: string,
    {
      signal,
      body,
      lastId,
    }: { signal?: AbortSignal | undefined; body?: string; lastId?: string | undefined },
  ): Promise<Response> {
    const types = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    return fetch(this.#url, {
      method,
      headers: { ...this.#headers, ...types, ...(lastId === undefined ? {} : { 'last-event-id': lastId }) },
      ...(body === undefined ? {} : { body }),
      ...(signal ? { signal } : {}),
    });
  }

  #take(message: Message): void {
    const reply = this.#inbox.take(message);
    // Whoever asked notices if the reply does not arrive.
    if (reply) void this.send(reply).catch(() => {});
  }
}

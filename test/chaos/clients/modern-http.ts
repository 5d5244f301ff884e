/** A client of 2026-07-28 over HTTP: no session, a POST for each request, and a stream for subscriptions. */
import { modernHeaders } from '../../edge/harness.ts';
import { eventsOf } from './events.ts';
import type { Inbox } from './inbox.ts';
import { HttpRefusal, type Message, messageIn, type SendOptions, type Transport } from './message.ts';

export class ModernHttp implements Transport {
  readonly #url: string;
  readonly #token: string;
  readonly #inbox: Inbox;
  readonly #life = new AbortController();

  constructor(url: string, token: string, inbox: Inbox) {
    this.#url = url;
    this.#token = token;
    this.#inbox = inbox;
  }

  get isOpen(): boolean {
    return !this.#life.signal.aborted;
  }

  async send(message: Message, { signal }: SendOptions = {}): Promise<void> {
    const { method = '', params: { name, uri, taskId } = {} } = message;
    const named = name ?? uri ?? taskId;
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.#token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...modernHeaders(method, named === undefined ? {} : { name: String(named) }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
      signal: AbortSignal.any([this.#life.signal, ...(signal ? [signal] : [])]),
    });
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
      for await (const { data } of eventsOf(response)) if (data) this.#inbox.take(JSON.parse(data));
    } else {
      const answer = messageIn(response, await response.text());
      if (answer) this.#inbox.take(answer);
    }
    if (!this.#inbox.isWaiting(message.id)) return;
    throw response.ok ? new Error('the stream ended without an answer') : new HttpRefusal(response.status);
  }

  async close(): Promise<void> {
    this.#life.abort();
  }
}

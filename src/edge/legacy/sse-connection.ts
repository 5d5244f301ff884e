/** An HTTP+SSE stream, and the session that its client has begun on it. */
import type { Access } from '../../model/access/access.ts';
import type { Principal } from '../../model/caller.ts';
import { RPC } from '../../wire/codes.ts';
import { METHOD } from '../../wire/methods.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Watched } from '../http/keep-alive.ts';
import { type ClientMessage, type ClientRequest, refusal, responseText } from '../http/message.ts';
import type { EventStream } from '../http/stream.ts';
import type { Messages } from './messages.ts';
import type { Client, Session } from './session.ts';
import type { Sessions } from './sessions.ts';

export class SseConnection implements Watched {
  readonly scope: string;
  readonly principal: Principal;
  readonly #access: Access | undefined;
  readonly #stream: EventStream;
  readonly #messages: Messages;
  readonly #onGone = new Set<() => void>();
  #session: Session | undefined;

  constructor(stream: EventStream, messages: Messages, scope: string, { principal, access }: Client) {
    this.#stream = stream;
    this.#messages = messages;
    this.scope = scope;
    this.principal = principal;
    this.#access = access;
  }

  /** Resolves once the message is answered. */
  async handle(message: ClientMessage): Promise<void> {
    const session = this.#session;
    if (message.kind !== 'request') {
      if (session) this.#messages.accept(message, session);
    } else if (message.method === METHOD.INITIALIZE) await this.#initialize(message);
    else {
      const exchange = new SseExchange(this.#send, this.#onGone);
      const reply = session
        ? await this.#messages.answer(message, session, exchange)
        : refusal(RPC.INVALID_REQUEST, 'send initialize first');
      exchange.finish(responseText(message.id, reply));
    }
  }

  /** Ends a stream on which no session was begun in time: its client has no use for it. */
  keepAlive(): void {
    if (this.#session) this.#stream.keepAlive();
    else this.#stream.end();
  }

  end(): void {
    this.#stream.end();
  }

  /** The client has gone: its session ends. */
  closed(sessions: Sessions): void {
    for (const listener of this.#onGone) listener();
    if (this.#session) sessions.end(this.#session);
  }

  async #initialize(request: ClientRequest): Promise<void> {
    const begun = this.#session
      ? { reply: refusal(RPC.INVALID_REQUEST, 'initialize was sent before') }
      : this.#messages.initialize(request, this.scope, { principal: this.principal, access: this.#access });
    if ('session' in begun) {
      this.#session = begun.session;
      begun.session.streams.add(this.#stream);
    }
    this.#send(responseText(request.id, await begun.reply));
  }

  /** Drops a client that lags too far behind: answers have no other way. */
  readonly #send = (message: readonly Buffer[]): boolean => {
    const isTaken = this.#stream.send(message);
    if (!isTaken) this.#stream.drop();
    return isTaken;
  };
}

/** The answer to one message, on the connection's stream. */
class SseExchange implements Exchange {
  readonly precede: (message: readonly Buffer[]) => boolean;
  readonly #listeners: Set<() => void>;
  #listener: (() => void) | undefined;

  constructor(send: (message: readonly Buffer[]) => boolean, listeners: Set<() => void>) {
    this.precede = send;
    this.#listeners = listeners;
  }

  onGone(listener: () => void): void {
    this.#listener = listener;
    this.#listeners.add(listener);
  }

  finish(message: readonly Buffer[]): void {
    if (this.#listener) this.#listeners.delete(this.#listener);
    this.precede(message);
  }

  /** The stream as a whole gets signs of life. */
  keepAlive(): void {}
}

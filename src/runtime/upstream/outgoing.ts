/** The sending side of one connection, from before its link is open until the link is closed. */
import { GatewayError } from '../../errors.ts';
import type { Caller } from '../../model/caller.ts';
import type { Era } from '../../model/era.ts';
import type { Json } from '../../model/text/json.ts';
import { toJson } from '../../model/text/json.ts';
import { notificationText } from '../../wire/message.ts';
import { NOTIFICATION } from '../../wire/methods.ts';
import type { Link } from '../links/link.ts';

export class Outgoing {
  readonly #serverName: string;
  #link: Link | undefined;
  #closing: Promise<void> | undefined;

  constructor(serverName: string) {
    this.#serverName = serverName;
  }

  /** Undefined before the link is open. */
  get kind(): Link['kind'] | undefined {
    return this.#link?.kind;
  }

  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  /** Takes the link as soon as it is open. A link that is opened too late is closed. */
  use(link: Link): void {
    this.#link = link;
    if (this.#closing) void link.close(0);
  }

  /** @throws GatewayError SERVER_EXITED before the link is open, or as the link rejects */
  send(message: Buffer, headers?: Readonly<Record<string, string>>, caller?: Caller): Promise<void> {
    return this.#link ? this.#link.send(message, headers, caller) : Promise.reject(notOpen(this.#serverName));
  }

  /** Sends a message whose failure does not matter. Never rejects. */
  post(message: Buffer): Promise<void> {
    return this.send(message).catch(() => {});
  }

  /** @param params JSON text. Never rejects. */
  notify(method: string, params?: Json): Promise<void> {
    return this.post(notificationText(method, params));
  }

  /** Informs the server that a request was cancelled: over modern HTTP, by closing its response. */
  cancel(requestId: number, reason: string, era: Era): void {
    if (era === 'modern' && this.#link?.abort) this.#link.abort(requestId);
    else void this.notify(NOTIFICATION.CANCELLED, toJson({ requestId, reason }));
  }

  close(graceMs: number): Promise<void> {
    if (this.#closing) return this.#closing;
    const { promise, resolve } = Promise.withResolvers<void>();
    // Set before the link is closed, so that its end does not count as a loss.
    this.#closing = promise;
    (this.#link?.close(graceMs) ?? Promise.resolve()).finally(resolve);
    return promise;
  }
}

const notOpen = (serverName: string): GatewayError =>
  new GatewayError('SERVER_EXITED', `${serverName} is not connected`, { hint: 'npx hive ps shows why' });

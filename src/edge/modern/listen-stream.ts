/** An open `subscriptions/listen` stream: the notifications that it carries, and its end. */

import { randomUUID } from 'node:crypto';
import type { Access } from '../../model/access/access.ts';
import type { Caller, Principal } from '../../model/caller.ts';
import { viewNameOf } from '../../model/text/grammar.ts';
import { prepended } from '../../wire/edit.ts';
import { member, slice, splice, whole } from '../../wire/envelope.ts';
import { NOTIFICATION } from '../../wire/methods.ts';
import { META } from '../../wire/modern-names.ts';
import { responseOf } from '../http/message.ts';
import type { EventStream } from '../http/stream.ts';
import { MAX_TOPICS } from './listen-filter.ts';
import { listenResult } from './reply.ts';

export interface ListenStreamOptions {
  readonly stream: EventStream;
  /** JSON text of the request's id, which is the subscription's. */
  readonly id: Buffer;
  /** What the stream sees: `''` for all servers, a server's name, or that of a view (`viewScope`). */
  readonly scope: string;
  readonly principal: Principal;
  readonly access?: Access | undefined;
  /** Methods of the list notifications that the client asked for. */
  readonly methods: ReadonlySet<string>;
}

/** Sends nothing before `acknowledge`; notifications that arrive earlier follow it. */
export class ListenStream {
  /** Makes the stream's requests to servers; its session id is known to nobody outside. */
  readonly caller: Caller;
  readonly scope: string;
  readonly #stream: EventStream;
  readonly #id: Buffer;
  readonly #methods: ReadonlySet<string>;
  readonly #early: Buffer[][] = [];
  #isAcknowledged = false;

  constructor({ stream, id, scope, principal, access, methods }: ListenStreamOptions) {
    const profile = viewNameOf(scope) ?? '';
    this.caller = { principal, access, sessionId: randomUUID(), era: 'modern', profile };
    this.scope = scope;
    this.#stream = stream;
    // A copy: the id is a part of the request's text, all of which it would keep.
    this.#id = Buffer.from(id);
    this.#methods = methods;
  }

  /** True if the client asked for that list notification. */
  wants(method: string): boolean {
    return this.#methods.has(method);
  }

  /** Sends a notification with the subscription's id in it. `params` is JSON text. */
  notify(method: string, params?: Buffer): void {
    const message = notificationOf(method, this.#id, params);
    if (this.#isAcknowledged) this.#send(message);
    else if (this.#early.length < MAX_TOPICS) this.#early.push(message);
  }

  /** Answers the request with the part of its filter that is honoured. */
  acknowledge(honoured: object): void {
    const params = Buffer.from(JSON.stringify({ notifications: honoured }));
    this.#send(notificationOf(NOTIFICATION.ACKNOWLEDGED, this.#id, params));
    this.#isAcknowledged = true;
    for (const message of this.#early.splice(0)) this.#send(message);
  }

  /** Sends the result of the request, and ends the stream. */
  close(): void {
    if (!this.#isAcknowledged) this.acknowledge({});
    this.#stream.sendLast(responseOf(this.#id, 'result', listenResult(this.#id)));
  }

  /** A lost stream makes the client listen anew, while a gap would go unnoticed. */
  #send(message: readonly Buffer[]): void {
    if (!this.#stream.send(message)) this.#stream.drop();
  }
}

function notificationOf(method: string, id: Buffer, params: Buffer = Buffer.from('{}')): Buffer[] {
  const stamp = `"${META.subscription}":${id.toString()}`;
  const meta = member(params, whole(params), '_meta');
  const isObject = meta && params[meta.start] === 0x7b;
  const stamped = isObject
    ? [splice(params, [{ ...meta, with: Buffer.concat(prepended(slice(params, meta), stamp)) }])]
    : prepended(params, `"_meta":{${stamp}}`);
  return [Buffer.from(`{"jsonrpc":"2.0","method":"${method}","params":`), ...stamped, Buffer.from('}')];
}

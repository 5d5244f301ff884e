/**
 * Requests of a server to its client within one modern call, until the client has come back with the answers.
 */
import type { Reply, ServerRequest } from '../../model/calls.ts';
import { RPC } from '../../wire/codes.ts';
import { isObject, member, slice } from '../../wire/envelope.ts';
import { onOneLine } from '../../wire/one-line.ts';
import { refusal } from '../http/message.ts';
import { MAY_ASK, type NotAskable, notAskable } from '../shared/may-ask.ts';
import type { PendingRequest } from './input-requests.ts';
import type { ModernRequest } from './request.ts';

const MAX_PENDING = 100;

export class PendingRequests {
  /** By the key under which the client sees each. */
  readonly #pending = new Map<string, PendingRequest>();
  #lastKey = 0;

  get size(): number {
    return this.#pending.size;
  }

  get all(): ReadonlyMap<string, PendingRequest> {
    return this.#pending;
  }

  /**
   * Resolves with the client's answer, or with an error. `incoming` is the request of the client whose call
   * it is; undefined if that client has gone.
   */
  add(request: ServerRequest, incoming: ModernRequest | undefined): Promise<Reply> {
    const problem = this.#problemOf(request, incoming);
    if (problem) return Promise.resolve(refusal(problem.code, problem.message));
    const { serverName, method, params, signal } = request;
    const release = incoming?.outbox.keep(incoming.caller.principal, params?.length ?? 0);
    if (!release) return Promise.resolve(refusal(RPC.SERVER_BUSY, TOO_MUCH));
    this.#lastKey += 1;
    const key = `${serverName}-${this.#lastKey}`;
    const { promise, resolve: settle } = Promise.withResolvers<Reply>();
    const resolve = (reply: Reply): void => {
      release();
      settle(reply);
    };
    this.#pending.set(key, { method, params, resolve });
    signal.addEventListener('abort', () => this.#refuse(key, notPossible('the server has withdrawn it')));
    return promise;
  }

  /**
   * Takes the answers that a retry brings. A request without one stays pending, if this client may still be
   * asked.
   */
  answer({ request: { text }, params, meta }: ModernRequest): void {
    const responses = params.get('inputResponses');
    for (const [key, pending] of this.#pending) {
      const span = member(text, responses, key);
      if (span && isObject(text, span)) {
        this.#pending.delete(key);
        pending.resolve({ kind: 'result', json: onOneLine(slice(text, span)) });
      } else this.#refuse(key, notAskable(withoutUndefined(pending), meta.askable));
    }
  }

  refuseAll(why: string): void {
    for (const key of this.#pending.keys()) this.#refuse(key, notPossible(why));
  }

  #problemOf(request: ServerRequest, incoming: ModernRequest | undefined): NotAskable | undefined {
    if (!incoming || request.signal.aborted) return notPossible('the client has gone');
    const { method } = incoming.request;
    if (!MAY_ASK.has(method))
      return notPossible(`Method not found: ${request.method} (${method} cannot ask its client back)`);
    if (this.#pending.size >= MAX_PENDING)
      return notPossible(`the client has ${MAX_PENDING} requests to answer already`);
    return notAskable(request, incoming.meta.askable);
  }

  /** Does nothing without a reason. */
  #refuse(key: string, why: NotAskable | undefined): void {
    if (!why) return;
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    pending?.resolve(refusal(why.code, why.message));
  }
}

const TOO_MUCH = 'more waits for this client than it may have';

const notPossible = (message: string): NotAskable => ({ code: RPC.METHOD_NOT_FOUND, message });

const withoutUndefined = ({ method, params }: PendingRequest) => (params ? { method, params } : { method });

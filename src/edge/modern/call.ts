/**
 * A call of a modern client to a server. It outlives the request that began it if the server asks its
 * client something: then the call is parked, and a retry of the request takes it up again.
 */
import { type Call, type Reply, type ServerRequest, settled } from '../../model/calls.ts';
import type { Json } from '../../model/text/json.ts';
import { RPC } from '../../wire/codes.ts';
import { refusal } from '../http/message.ts';
import { inputRequired } from './input-requests.ts';
import { sendNotification, sendProgress } from './notifications.ts';
import { type ModernReply, modernRefusal, modernReply } from './reply.ts';
import type { ModernRequest } from './request.ts';
import { PendingRequests } from './server-requests.ts';

/** Changes that a call makes to the table of calls. */
export interface CallTable {
  /** Parks the call; returns its handle, or undefined if too many of its client's are parked already. */
  park(call: ModernCall): string | undefined;
  /** The call is over. */
  ended(call: ModernCall): void;
}

/** A request that waits for the call's reply. */
interface Waiting {
  readonly incoming: ModernRequest;
  settle(reply: ModernReply): void;
}

export class ModernCall {
  /** The request that began the call. */
  readonly first: ModernRequest;
  readonly #table: CallTable;
  readonly #serverRequests = new PendingRequests();
  #sent: Call = settled(refusal(0, 'the call has not been sent'));
  #reply: Reply | undefined;
  /** Gives back what the reply takes while it waits for its client. */
  #release: () => void = () => {};
  /** Undefined while the call is parked, and after its client has gone. */
  #waiting: Waiting | undefined;
  #isParked = false;
  readonly #over = Promise.withResolvers<void>();

  constructor(first: ModernRequest, table: CallTable) {
    this.first = first;
    this.#table = table;
  }

  /** Resolves once the call has ended, which may be long after its first request was answered. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  get sessionId(): string {
    return this.first.caller.sessionId;
  }

  /**
   * Sends the call; `send` gets the ways on which the server reports. Resolves with what the first request is
   * answered.
   */
  start(send: (reports: Reports) => Call): Promise<ModernReply> {
    this.#sent = send({
      onProgress: (params) => sendProgress(this.first, this.#waiting?.incoming, params),
      onNotification: (method, params) => this.notify(method, params),
    });
    void this.#sent.reply.then((reply) => this.#answered(reply));
    return this.#wait(this.first);
  }

  /**
   * Continues the parked call with the answers that the retry brings. Resolves with what the retry is
   * answered.
   */
  resume(retry: ModernRequest): Promise<ModernReply> {
    this.#isParked = false;
    this.#serverRequests.answer(retry);
    return this.#wait(retry);
  }

  /** Passes on a server's request during the call. Resolves with the client's answer, or an error. */
  ask(request: ServerRequest): Promise<Reply> {
    const incoming = this.#waiting?.incoming ?? (this.#isParked ? this.first : undefined);
    const answer = this.#serverRequests.add(request, incoming);
    // All requests that arrive together are put to the client together.
    setImmediate(() => this.#park());
    return answer;
  }

  /** Passes on a server's notification to the request that waits, if there is one. */
  notify(method: string, params: Json | undefined): void {
    if (this.#waiting) sendNotification(this.#waiting.incoming, method, params);
  }

  /** Nobody waits for the call any more. */
  giveUp(reason: string): void {
    const waiting = this.#waiting;
    this.#isParked = false;
    this.#waiting = undefined;
    waiting?.settle(modernRefusal(RPC.CALL_CANCELLED, reason));
    if (this.#reply) this.#end();
    else this.#sent.cancel(reason);
  }

  #wait(incoming: ModernRequest): Promise<ModernReply> {
    const { promise, resolve } = Promise.withResolvers<ModernReply>();
    this.#waiting = { incoming, settle: resolve };
    incoming.exchange.onGone(() => {
      if (this.#waiting?.incoming === incoming) this.giveUp('the client closed the stream');
    });
    if (this.#reply) this.#deliver(this.#waiting, this.#reply);
    else this.#park();
    return promise;
  }

  #answered(reply: Reply): void {
    this.#reply = this.#isParked ? this.#kept(reply) : reply;
    if (this.#waiting) this.#deliver(this.#waiting, reply);
    else if (!this.#isParked) this.#end();
  }

  /** The reply, or an error in its place if its client keeps too much waiting already. */
  #kept(reply: Reply): Reply {
    const { outbox, caller } = this.first;
    const release = outbox.keep(caller.principal, reply.json.length);
    this.#release = release ?? this.#release;
    return release ? reply : refusal(RPC.SERVER_BUSY, 'more results wait for this client than it may have');
  }

  #deliver({ incoming, settle }: Waiting, reply: Reply): void {
    this.#end();
    settle(modernReply(incoming.request.method, reply, incoming.meta));
  }

  /** Answers the waiting request with what the server asks, if it asks something. */
  #park(): void {
    const waiting = this.#waiting;
    if (!waiting || this.#reply || this.#serverRequests.size === 0) return;
    const handle = this.#table.park(this);
    if (handle === undefined) {
      this.#serverRequests.refuseAll('too many calls wait for their clients already');
      return;
    }
    this.#isParked = true;
    this.#waiting = undefined;
    waiting.settle(inputRequired(this.#serverRequests.all, handle));
  }

  #end(): void {
    this.#release();
    this.#over.resolve();
    this.#serverRequests.refuseAll('the call has ended');
    this.#table.ended(this);
  }
}

/** How a server reports during a call. */
export interface Reports {
  onProgress(params: Json): void;
  onNotification(method: string, params: Json | undefined): void;
}

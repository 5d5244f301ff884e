/** Requests of one server to its client (sampling, elicitation, roots): each is answered exactly once. */
import type { Reply } from '../../model/calls.ts';
import type { Json } from '../../model/text/json.ts';
import { RPC } from '../../wire/codes.ts';
import { member, slice, whole } from '../../wire/envelope.ts';
import { errorObject, errorText, resultText } from '../../wire/message.ts';

/** Answers a request of a server. Never rejects. */
export type AnswerServer = (method: string, params: Json | undefined, signal: AbortSignal) => Promise<Reply>;

/** Bounds the memory that a server can take by asking. */
const MAX_UNANSWERED = 100;

export interface ServerRequestsOptions {
  readonly answer: AnswerServer;
  /** Called when a request waits for its answer; the result is called when that has arrived. */
  readonly suspendTimeouts: () => () => void;
  /** Sends a message to the server. Never rejects. */
  readonly post: (message: Buffer) => Promise<void>;
}

export class ServerRequests {
  readonly #options: ServerRequestsOptions;
  /** By id, as the server wrote it. */
  readonly #unanswered = new Map<string, AbortController>();

  constructor(options: ServerRequestsOptions) {
    this.#options = options;
  }

  /** @param id JSON text, the server's own */
  handle(id: Json, method: string, params: Json | undefined): void {
    if (this.#unanswered.size >= MAX_UNANSWERED) this.#respond(id, TOO_MANY);
    else void this.#answer(id, method, params);
  }

  /** @param params of the server's `notifications/cancelled` */
  cancel(params: Json | undefined): void {
    const span = params && member(params, whole(params), 'requestId');
    if (span) this.#unanswered.get(slice(params, span).toString('latin1'))?.abort();
  }

  /** Aborts all requests: the connection is over. */
  close(): void {
    for (const abort of this.#unanswered.values()) abort.abort();
    this.#unanswered.clear();
  }

  async #answer(id: Json, method: string, params: Json | undefined): Promise<void> {
    const key = id.toString('latin1');
    const abort = new AbortController();
    this.#unanswered.set(key, abort);
    const resume = this.#options.suspendTimeouts();
    const reply = await this.#options.answer(method, params, abort.signal);
    resume();
    if (this.#unanswered.get(key) === abort) this.#unanswered.delete(key);
    if (!abort.signal.aborted) this.#respond(id, reply);
  }

  #respond(id: Json, { kind, json }: Reply): void {
    void this.#options.post(kind === 'result' ? resultText(id, json) : errorText(id, json));
  }
}

const TOO_MANY: Reply = {
  kind: 'error',
  json: errorObject(RPC.SERVER_BUSY, 'too many requests are unanswered'),
};

/**
 * Requests to one server of the modern era, each with its headers, and those that the gateway makes for
 * itself.
 */
import type { Caller } from '../../../model/caller.ts';
import type { CallRequest } from '../../../model/calls.ts';
import { toJson } from '../../../model/text/json.ts';
import { METHOD } from '../../../wire/methods.ts';
import { TASKS_EXTENSION } from '../../../wire/modern-names.ts';
import type { CallOptions } from '../requests/call-options.ts';
import type { Calls, SentCall } from '../requests/calls.ts';
import { headersOf } from './headers.ts';
import { envelopeOf, withEnvelope } from './meta.ts';
import type { ToolFacts } from './tool-facts.ts';

/** Declares no client capabilities: nobody could answer what they allow the server to ask. */
const OWN_ENVELOPE = envelopeOf();

/** For tasks. Only clients that declare the extension can have begun one. */
const TASKS_ENVELOPE = envelopeOf(undefined, undefined, { [TASKS_EXTENSION]: {} });

export class ModernRequests {
  readonly #calls: Calls;
  readonly #facts: ToolFacts;
  /** HTTP repeats parts of each message in headers. */
  readonly #isHttp: boolean;

  constructor(calls: Calls, facts: ToolFacts, isHttp: boolean) {
    this.#calls = calls;
    this.#facts = facts;
    this.#isHttp = isHttp;
  }

  /** Sends a request whose `params` already carry an envelope. */
  send(request: CallRequest, options: CallOptions = {}, caller?: Caller): SentCall {
    const { method, params } = request;
    const headers = this.#isHttp
      ? headersOf(method, params, (tool) => this.#facts.of(tool).headers)
      : undefined;
    return this.#calls.call(request, { ...options, headers }, caller);
  }

  /** Sends a request of the gateway itself. */
  own(request: CallRequest, options?: CallOptions): SentCall {
    return this.send({ ...request, params: withEnvelope(request.params, OWN_ENVELOPE) }, options);
  }

  /** Opens a subscription, which lasts until it is cancelled. */
  listen(filter: object): SentCall {
    const envelope = 'taskIds' in filter ? TASKS_ENVELOPE : OWN_ENVELOPE;
    const params = withEnvelope(toJson({ notifications: filter }), envelope);
    return this.send({ method: METHOD.LISTEN, params }, { timeoutMs: 0, background: true });
  }

  /** Asks for the state of a task. */
  task(taskId: string): SentCall {
    const params = withEnvelope(toJson({ taskId }), TASKS_ENVELOPE);
    return this.send({ method: METHOD.TASKS_GET, params }, { background: true });
  }
}

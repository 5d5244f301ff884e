/**
 * Calls of clients to one server of the modern era. Each request carries its caller's capabilities, so any
 * number of clients share the connection.
 */
import type { Caller } from '../../../model/caller.ts';
import { type Call, type CallRequest, type Reply, settled } from '../../../model/calls.ts';
import { RPC } from '../../../wire/codes.ts';
import { member, stringAt, whole } from '../../../wire/envelope.ts';
import { errorObject } from '../../../wire/message.ts';
import { METHOD } from '../../../wire/methods.ts';
import { cancelReply } from '../requests/call-errors.ts';
import type { Calls } from '../requests/calls.ts';
import { readError } from '../requests/rpc-error.ts';
import { Envelopes } from './envelopes.ts';
import { legacyReply } from './legacy-reply.ts';
import { LOG_LEVEL, withEnvelope } from './meta.ts';
import type { ModernRequests } from './modern-requests.ts';
import { callInRounds } from './rounds.ts';
import type { SubscriptionStream } from './subscription-stream.ts';
import type { ToolFacts } from './tool-facts.ts';
import { topicRequestOf } from './topics.ts';

export interface ClientCallsOptions {
  readonly serverName: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly isHttp: boolean;
  readonly requests: Pick<ModernRequests, 'send'>;
  readonly facts: Pick<ToolFacts, 'of'>;
  readonly stream: Pick<SubscriptionStream, 'subscribe' | 'unsubscribe'>;
  readonly whileAsking: Calls['whileWorking'];
  /** Reads the list of tools again. Never rejects. */
  readonly refreshTools: () => Promise<void>;
}

export class ClientCalls {
  readonly #options: ClientCallsOptions;
  readonly #envelopes: Envelopes;

  constructor(options: ClientCallsOptions) {
    this.#options = options;
    this.#envelopes = new Envelopes(options.capabilities.logging != null);
  }

  /**
   * @param caller absent for requests of the gateway in a client's name, which are made in the legacy era's
   *   words
   */
  call(request: CallRequest, caller?: Caller): Call {
    const subscribed = this.#subscription(request);
    if (subscribed) return subscribed;
    if (caller?.era !== 'modern') return this.#forLegacy(request, caller);
    const { reply, cancel } = this.#exchange(request, caller);
    return { reply: reply.then((answer) => ({ ...answer, era: 'modern' })), cancel };
  }

  #forLegacy(request: CallRequest, caller: Caller | undefined): Call {
    const { serverName, whileAsking } = this.#options;
    const params = withEnvelope(request.params, this.#envelopes.for(caller?.capabilities, request.logLevel));
    const exchange = (round: CallRequest): Call => this.#exchange(round, caller);
    const call = callInRounds(
      { serverName, ask: request.ask, exchange, whileAsking },
      { ...request, params },
    );
    const reply = call.reply.then((answer) =>
      legacyReply(serverName, request, answer, this.#isWrapped(request)),
    );
    return { reply, cancel: call.cancel };
  }

  #isWrapped({ method, params }: CallRequest): boolean {
    if (method !== METHOD.TOOLS_CALL || !params) return false;
    return this.#options.facts.of(stringAt(params, member(params, whole(params), 'name')) ?? '').isWrapped;
  }

  /**
   * One request and its answer. If the server rejects the headers, the tool is read anew and called again,
   * once.
   */
  #exchange(request: CallRequest, caller: Caller | undefined): Call {
    const { requests, isHttp, refreshTools, serverName } = this.#options;
    const options = { wantsLogs: request.params?.includes(LOG_LEVEL) ?? false };
    const first = requests.send(request, options, caller);
    if (!isHttp || request.method !== METHOD.TOOLS_CALL) return first;
    let current: Call = first;
    let cancelled: string | undefined;
    const reply = first.reply.then(async (answer) => {
      if (!isHeaderMismatch(answer)) return answer;
      await refreshTools();
      if (cancelled !== undefined) return cancelReply(serverName, cancelled);
      current = requests.send(request, options, caller);
      return current.reply;
    });
    const cancel = (reason = 'cancelled'): void => {
      cancelled = reason;
      current.cancel(reason);
    };
    return { reply, cancel };
  }

  /** Subscriptions are members of the stream's filter in this era. Undefined for any other request. */
  #subscription(request: CallRequest): Call | undefined {
    const wanted = topicRequestOf(request);
    if (!wanted) return undefined;
    const { topic, isSubscribe } = wanted;
    const { stream, capabilities } = this.#options;
    if (!isSubscribe) return callOf(stream.unsubscribe(topic));
    const { resources } = capabilities as { resources?: { subscribe?: unknown } };
    const isOffered = request.method === METHOD.TASKS_SUBSCRIBE || resources?.subscribe === true;
    return isOffered ? callOf(stream.subscribe(topic)) : settled(NO_SUBSCRIPTIONS);
  }
}

const NO_SUBSCRIPTIONS: Reply = {
  kind: 'error',
  json: errorObject(RPC.METHOD_NOT_FOUND, 'Method not found: it has no subscriptions'),
};

const callOf = (reply: Promise<Reply>): Call => ({ reply, cancel: () => {} });

function isHeaderMismatch({ kind, json }: Reply): boolean {
  return kind === 'error' && readError(json).code === RPC.HEADER_MISMATCH;
}

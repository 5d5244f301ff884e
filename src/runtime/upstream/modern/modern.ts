/** Everything that is said to one server of the modern era: each message carries who asks, so that any number of clients share it. */

import type { Caller } from '../../../model/caller.ts';
import type { Call, CallRequest, Reply } from '../../../model/calls.ts';
import type { Definition, Inventory } from '../../../model/catalog.ts';
import { RPC } from '../../../wire/codes.ts';
import { member, stringAt, whole } from '../../../wire/envelope.ts';
import { errorObject } from '../../../wire/message.ts';
import { METHOD } from '../../../wire/methods.ts';
import { TASKS_EXTENSION } from '../../../wire/modern-names.ts';
import { type ParamHeader, readParamHeaders } from '../../../wire/param-headers.ts';
import { cancelReply } from '../requests/call-errors.ts';
import type { CallOptions, Calls, SentCall } from '../requests/calls.ts';
import { readError } from '../requests/rpc-error.ts';
import { headersOf } from './headers.ts';
import { legacyReply } from './legacy-reply.ts';
import { appended, envelopeOf, LOG_LEVEL, withEnvelope } from './meta.ts';
import { callInRounds } from './rounds.ts';
import type { Listener } from './subscription-stream.ts';
import { wishOf } from './topics.ts';

export interface ModernOptions {
  readonly serverName: string;
  readonly calls: Calls;
  /** HTTP repeats parts of each message in headers. */
  readonly isHttp: boolean;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly tools: () => Inventory['tools'];
  /** Reads the list of tools again. */
  readonly refreshTools: () => Promise<void>;
  readonly listener: () => Listener | undefined;
}

export interface Modern {
  call(request: CallRequest, caller?: Caller): Call;
  /** A request of our own. */
  own(request: CallRequest, options?: CallOptions): SentCall;
  /** Opens a subscription, which lasts until it is cancelled. */
  listen(notifications: object): SentCall;
  /** What has become of a task. */
  task(taskId: string): SentCall;
}

/** Text of the envelopes in use; sessions are many, what their clients declare are few things. */
const MAX_ENVELOPES = 200;

export function createModern(options: ModernOptions): Modern {
  const { serverName, calls, isHttp, tools } = options;
  const facts = createToolFacts(tools, isHttp);
  const envelopes = new Map<string, Buffer>();

  function envelopeFor(capabilities?: string, logLevel?: string): Buffer {
    const key = `${logLevel ?? ''} ${capabilities ?? ''}`;
    const known = envelopes.get(key);
    if (known) return known;
    if (envelopes.size >= MAX_ENVELOPES) envelopes.clear();
    const made = envelopeOf(capabilities, options.capabilities.logging == null ? undefined : logLevel);
    envelopes.set(key, made);
    return made;
  }

  function sent(request: CallRequest, more: CallOptions = {}, caller?: Caller): SentCall {
    const { method, params } = request;
    const headers = isHttp ? headersOf(method, params, (name) => facts.of(name).headers) : undefined;
    return calls.call(request, { ...more, headers }, caller);
  }

  /** One request and its answer; headers that the server no longer wants are looked up and sent again, once. */
  function exchange(request: CallRequest, caller: Caller | undefined): Call {
    const logs = request.params?.includes(LOG_LEVEL) ?? false;
    const first = sent(request, { logs }, caller);
    if (!isHttp || request.method !== METHOD.TOOLS_CALL) return first;
    let under: Call = first;
    let reason: string | undefined;
    const reply = first.reply.then(async (answer) => {
      if (!isHeaderMismatch(answer)) return answer;
      await options.refreshTools();
      if (reason !== undefined) return cancelReply(serverName, reason);
      under = sent(request, { logs }, caller);
      return under.reply;
    });
    const cancel = (why = 'cancelled'): void => {
      reason = why;
      under.cancel(why);
    };
    return { reply, cancel };
  }

  function forLegacy(request: CallRequest, caller: Caller | undefined): Call {
    const params = withEnvelope(request.params, envelopeFor(caller?.capabilities, request.logLevel));
    const call = callInRounds(
      {
        serverName,
        ask: request.ask,
        exchange: (round) => exchange(round, caller),
        whileAsking: calls.during,
      },
      { ...request, params },
    );
    const isTool = request.method === METHOD.TOOLS_CALL;
    const reply = call.reply.then((answer) =>
      legacyReply(serverName, request, answer, isTool && facts.of(nameOf(request.params)).wraps),
    );
    return { reply, cancel: call.cancel };
  }

  function subscription(request: CallRequest): Call | undefined {
    const listener = options.listener();
    const wish = wishOf(request);
    if (!wish) return undefined;
    if (!wish.isOn) return at(listener?.unsubscribe(wish.topic));
    const { resources } = options.capabilities as { resources?: { subscribe?: unknown } };
    const isTold = request.method === METHOD.TASKS_SUBSCRIBE || resources?.subscribe === true;
    return at(isTold ? listener?.subscribe(wish.topic) : undefined);
  }

  const own: Modern['own'] = (request, more) =>
    sent({ ...request, params: withEnvelope(request.params, envelopeFor()) }, more);
  const ofTasks: Modern['own'] = (request, more) =>
    sent({ ...request, params: withEnvelope(request.params, TASKS_ENVELOPE) }, more);

  return {
    own,
    call(request, caller) {
      const subscribed = subscription(request);
      if (subscribed) return subscribed;
      if (caller?.era !== 'modern') return forLegacy(request, caller);
      const { reply, cancel } = exchange(request, caller);
      return { reply: reply.then((answer) => ({ ...answer, era: 'modern' })), cancel };
    },
    listen(notifications) {
      const params = appended(
        Buffer.from('{}'),
        { start: 0, end: 2 },
        Buffer.from(`"notifications":${JSON.stringify(notifications)}`),
      );
      const send = 'taskIds' in notifications ? ofTasks : own;
      return send({ method: METHOD.LISTEN, params }, { timeoutMs: 0, background: true });
    },
    task: (taskId) =>
      ofTasks(
        { method: METHOD.TASKS_GET, params: Buffer.from(JSON.stringify({ taskId })) },
        { background: true },
      ),
  };
}

/** For tasks of clients that have declared the extension: none but they can have begun one. */
const TASKS_ENVELOPE = envelopeOf(undefined, undefined, { [TASKS_EXTENSION]: {} });

const at = (reply: Promise<Reply> | undefined): Call => ({
  reply:
    reply ??
    Promise.resolve({
      kind: 'error',
      json: errorObject(RPC.METHOD_NOT_FOUND, 'Method not found: it has no subscriptions'),
    }),
  cancel: () => {},
});

function isHeaderMismatch({ kind, json }: Reply): boolean {
  return kind === 'error' && readError(json).code === RPC.HEADER_MISMATCH;
}

const nameOf = (params: Buffer | undefined): string =>
  (params && stringAt(params, member(params, whole(params), 'name'))) ?? '';

/** What of a tool's definition matters for a call. */
interface ToolFacts {
  readonly headers: readonly ParamHeader[];
  /** Its structured content is no object, and legacy clients get it wrapped in one. */
  readonly wraps: boolean;
}

const PLAIN: ToolFacts = { headers: [], wraps: false };

/** Reads a definition when its tool is called, and again only when the list is another. */
function createToolFacts(
  tools: () => readonly Definition[],
  isHttp: boolean,
): { of(name: string): ToolFacts } {
  let list: readonly Definition[] | undefined;
  let facts = new Map<string, ToolFacts>();
  return {
    of(name) {
      if (tools() !== list) {
        list = tools();
        facts = new Map(list.filter(isSpecial).map((tool) => [tool.key, factsOf(tool, isHttp)]));
      }
      return facts.get(name) ?? PLAIN;
    },
  };
}

const isSpecial = ({ json }: Definition): boolean =>
  json.includes('x-mcp-header') || json.includes('outputSchema');

function factsOf(tool: Definition, isHttp: boolean): ToolFacts {
  const { outputSchema } = JSON.parse(tool.json) as { outputSchema?: { type?: unknown } | null };
  const headers = isHttp ? headersIn(tool) : [];
  return {
    headers: typeof headers === 'string' ? [] : headers,
    wraps: outputSchema != null && outputSchema.type !== 'object',
  };
}

/** A text says what is wrong with them. */
function headersIn({ json }: Definition): readonly ParamHeader[] | string {
  if (!json.includes('x-mcp-header')) return [];
  return readParamHeaders((JSON.parse(json) as { inputSchema?: unknown }).inputSchema);
}

/** Over HTTP a tool whose headers cannot be sent must not be offered. */
export function usableOverHttp(
  tools: readonly Definition[],
  note: (text: string) => void,
): readonly Definition[] {
  return tools.filter((tool) => {
    const headers = headersIn(tool);
    if (typeof headers === 'string') note(`tool ${tool.key} is left out: ${headers}`);
    return typeof headers !== 'string';
  });
}

/**
 * Operations as an MCP server in this process, in both eras. Each modern request carries its version,
 * so the only state of a connection is its calls in flight.
 */
import { GatewayError } from '../errors.ts';
import type { Role } from '../model/access/role.ts';
import type { Caller } from '../model/caller.ts';
import { createBriefMap } from '../model/collections/brief-map.ts';
import type { InProcessServer, Send, ServeInProcess } from '../model/in-process.ts';
import type { OperationRunner } from '../model/operation.ts';
import { roleNeeded, whyTooLow } from '../policy/decide.ts';
import { inWords, ROLE_TOO_LOW } from '../policy/words.ts';
import { RPC } from '../wire/codes.ts';
import { type Envelope, isObject, readEnvelope, type Span, slice, stringAt } from '../wire/envelope.ts';
import { errorObject, errorText, messageKind, resultText } from '../wire/message.ts';
import { METHOD, NOTIFICATION } from '../wire/methods.ts';
import { META, MODERN_VERSION } from '../wire/modern-names.ts';
import { toolDefinitions } from './definitions.ts';
import { discoverResult, initializeResult, LIST_TTL_MS, type ServerIdentity } from './handshake.ts';
import { failureResult } from './results.ts';
import { type CallResult, ToolCall, type ToolCallParams } from './tool-call.ts';

/** Caller of requests without one: the gateway itself. */
const GATEWAY: Caller = { principal: '', sessionId: '', era: 'modern', profile: '' };

/** @returns a function that opens connections, each serving the same operations */
export function createToolServer(identity: ServerIdentity, runner: OperationRunner): ServeInProcess {
  const tools = JSON.stringify(toolDefinitions(runner.all)).slice(1, -1);
  const texts: Texts = {
    identity,
    discover: discoverResult(identity),
    legacyTools: `{"tools":[${tools}]}`,
    modernTools: `{"resultType":"complete","tools":[${tools}],"ttlMs":${LIST_TTL_MS},"cacheScope":"public"}`,
  };
  return (send) => new ToolConnection(texts, runner, send);
}

/** Fixed results, as JSON text. */
interface Texts {
  readonly identity: ServerIdentity;
  readonly discover: string;
  readonly legacyTools: string;
  readonly modernTools: string;
}

interface Params extends ToolCallParams {
  readonly protocolVersion?: unknown;
  readonly requestId?: unknown;
  readonly reason?: unknown;
}

interface Request {
  /** JSON text of the id. */
  readonly id: Buffer;
  readonly method: string;
  readonly params: Params;
  readonly caller: Caller;
}

class ToolConnection implements InProcessServer {
  readonly #texts: Texts;
  readonly #runner: OperationRunner;
  readonly #send: Send;
  /** Least role of a caller, by tool. */
  readonly #tools: ReadonlyMap<string, Role>;
  /** By JSON text of the request id. */
  readonly #calls = createBriefMap<string, ToolCall>();

  constructor(texts: Texts, runner: OperationRunner, send: Send) {
    this.#texts = texts;
    this.#runner = runner;
    this.#send = send;
    this.#tools = new Map(runner.all.map((it) => [it.name, roleNeeded(it)]));
  }

  receive(message: Buffer, caller: Caller = GATEWAY): void {
    const envelope = readEnvelope(message);
    const kind = envelope && messageKind(message, envelope);
    if (!envelope || (kind !== 'request' && kind !== 'notification')) return;
    const method = stringAt(message, envelope.method) ?? '';
    const params = readParams(message, envelope);
    if (kind === 'notification') this.#notified(method, params);
    else this.#requested({ id: slice(message, envelope.id as Span), method, params, caller });
  }

  async close(): Promise<void> {
    const calls = this.#calls.values();
    for (const call of calls) call.cancel('the server is closing');
    await Promise.all(calls.map(({ done }) => done));
  }

  #notified(method: string, { requestId, reason }: Params): void {
    if (method !== NOTIFICATION.CANCELLED) return;
    this.#calls.get(JSON.stringify(requestId) ?? '')?.cancel(String(reason ?? 'cancelled'));
  }

  #requested(request: Request): void {
    const { method, params } = request;
    const version = (params._meta as Record<string, unknown> | undefined)?.[META.version];
    const isModern = version !== undefined;
    if (isModern && version !== MODERN_VERSION) this.#refuseVersion(request, version);
    else if (method === METHOD.TOOLS_CALL) this.#call(request, isModern);
    else {
      const result = this.#resultOf(method, params, isModern);
      if (result !== undefined) this.#answer(request, result);
      else this.#refuse(request, RPC.METHOD_NOT_FOUND, `Method not found: ${method}`);
    }
  }

  /** JSON text of the result of every method but `tools/call`; undefined for an unknown method. */
  #resultOf(method: string, { protocolVersion }: Params, isModern: boolean): string | undefined {
    const { identity, discover, modernTools, legacyTools } = this.#texts;
    switch (method) {
      case METHOD.TOOLS_LIST:
        return isModern ? modernTools : legacyTools;
      case METHOD.DISCOVER:
        return discover;
      case METHOD.INITIALIZE:
        return initializeResult(identity, protocolVersion);
      case METHOD.PING:
        return isModern ? '{"resultType":"complete"}' : '{}';
      default:
        return undefined;
    }
  }

  #call(request: Request, isModern: boolean): void {
    const { id, params, caller } = request;
    const { name } = params;
    const needs = typeof name === 'string' ? this.#tools.get(name) : undefined;
    if (typeof name !== 'string' || needs === undefined) {
      this.#refuse(request, RPC.INVALID_PARAMS, `Unknown tool: ${String(name)}`);
      return;
    }
    // The edge has refused it already, unless another tool makes the call for its caller.
    const tooLow = whyTooLow(caller.access, { needs, grant: 'admin' });
    if (tooLow) {
      const { message, hint } = inWords(tooLow, `the tool ${name}`, this.#texts.identity.name);
      const failed = failureResult(new GatewayError(ROLE_TOO_LOW, message, { hint }));
      this.#answer(request, JSON.stringify({ ...(isModern && { resultType: 'complete' }), ...failed }));
      return;
    }
    const key = id.toString();
    const during = Number(key);
    const call = new ToolCall(this.#runner, name, params, caller, (text) => this.#send(text, during));
    this.#calls.set(key, call);
    void call.done.then((result) => {
      this.#calls.delete(key);
      if (result) this.#answer(request, isModern ? modernText(result) : result.json);
    });
  }

  #answer({ id }: Request, result: string | Buffer): void {
    this.#send(resultText(id, result));
  }

  #refuse({ id }: Request, code: number, message: string, data?: object): void {
    this.#send(errorText(id, errorObject(code, message, data)));
  }

  #refuseVersion(request: Request, requested: unknown): void {
    const supported = [MODERN_VERSION];
    this.#refuse(request, RPC.UNSUPPORTED_VERSION, 'Unsupported protocol version', { supported, requested });
  }
}

/** A result of an object, with the `resultType` that the modern era requires. */
function modernText({ json, isModern }: CallResult): string | Buffer {
  if (isModern) return json;
  const bytes = Buffer.from(json);
  const isEmpty = /^\s*\}/.test(bytes.toString('utf8', 1, 9));
  return Buffer.concat([isEmpty ? COMPLETE_ALONE : COMPLETE, bytes.subarray(1)]);
}

const COMPLETE = Buffer.from('{"resultType":"complete",');
const COMPLETE_ALONE = Buffer.from('{"resultType":"complete"');

/** Params that are not an object count as absent. */
function readParams(message: Buffer, { params }: Envelope): Params {
  if (!params || !isObject(message, params)) return {};
  return JSON.parse(message.toString('utf8', params.start, params.end));
}

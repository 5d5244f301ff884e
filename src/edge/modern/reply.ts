/**
 * Replies in modern form. A legacy server's result is completed in front of its own text, never rewritten.
 */
import type { Reply } from '../../model/calls.ts';
import { RPC } from '../../wire/codes.ts';
import { prepended, withoutMembers } from '../../wire/edit.ts';
import { isObject, member, slice, splice, whole } from '../../wire/envelope.ts';
import { errorObject } from '../../wire/message.ts';
import { METHOD } from '../../wire/methods.ts';
import { META } from '../../wire/modern-names.ts';
import { refusal } from '../http/message.ts';
import type { AskableCapabilities } from '../shared/askable.ts';
import { MAY_ASK, takesUrls } from '../shared/may-ask.ts';
import { SERVER_INFO } from '../shared/server-info.ts';
import type { RequestMeta } from './request-meta.ts';
import { type ResultReply, resultProblem } from './result-problem.ts';

/** A reply in modern form, in pieces. */
export interface ModernReply {
  readonly kind: Reply['kind'];
  readonly pieces: readonly Buffer[];
  /** HTTP status; without effect if something was sent before the reply. */
  readonly status: number;
}

const IDENTITY = `"${META.serverInfo}":${JSON.stringify(SERVER_INFO)}`;
const COMPLETE = '"resultType":"complete"';
/** Not cacheable: any edit of the config changes lists, and they may differ per token. */
const UNCACHED = '"ttlMs":0,"cacheScope":"private"';
const NOT_THEIRS: ReadonlySet<string> = new Set(['resultType', 'inputRequests', 'requestState']);
const NOT_THEIRS_IN_READ: ReadonlySet<string> = new Set([...NOT_THEIRS, 'ttlMs', 'cacheScope']);
const META_NAME: ReadonlySet<string> = new Set(['_meta']);
const SERVER_INFO_NAME: ReadonlySet<string> = new Set([META.serverInfo]);

/** A result of the gateway itself. `members` is JSON text without braces, in pieces. */
export function listResult(...members: readonly Buffer[]): ModernReply {
  const head = Buffer.from(`{${COMPLETE},${UNCACHED},"_meta":{${IDENTITY}},`);
  return { kind: 'result', pieces: [head, ...members, Buffer.from('}')], status: 200 };
}

/** The result that ends a subscription. `subscription` is the JSON text of its request's id. */
export function listenResult(subscription: Buffer): Buffer[] {
  return [
    Buffer.from(`{${COMPLETE},"_meta":{"${META.subscription}":`),
    subscription,
    Buffer.from(`,${IDENTITY}}}`),
  ];
}

/** What a client has declared, as far as it matters for the replies that it gets. */
export type Declared = Pick<RequestMeta, 'askable' | 'hasExtensions'>;

/** A server's reply to `method`, for a client that has declared this. */
export function modernReply(method: string, reply: Reply, declared: Declared): ModernReply {
  const { askable } = declared;
  if (reply.kind === 'result') {
    const problem = reply.era === 'modern' ? resultProblem(method, reply, declared) : undefined;
    if (problem) return errorReply(problem);
    const pieces = reply.era === 'modern' ? [reply.json] : completed(method, reply);
    return { kind: 'result', pieces, status: 200 };
  }
  if (reply.era === 'modern') return errorReply(reply.json);
  const code = codeOf(reply.json);
  if (code === RPC.URL_ELICITATION_REQUIRED && MAY_ASK.has(method))
    return urlElicitation(reply.json, askable);
  return errorReply(withCode(reply.json, modernCode(code)));
}

function errorReply(json: Buffer): ModernReply {
  return { kind: 'error', pieces: [json], status: statusOf(codeOf(json)) };
}

const statusOf = (code: number): number =>
  code === RPC.HEADER_MISMATCH || code === RPC.CLIENT_CAPABILITY_MISSING || code === RPC.UNSUPPORTED_VERSION
    ? 400
    : 200;

/**
 * A legacy server's result. What only the gateway may say is taken out of it: the server could otherwise ask
 * the client for input in the name of the gateway.
 */
function completed(method: string, { json, said }: ResultReply): Buffer[] {
  if (!isObject(json, whole(json))) return [json];
  const isRead = method === METHOD.RESOURCES_READ;
  const hints = isRead ? `,${UNCACHED}` : '';
  const alone = `${COMPLETE}${hints},"_meta":{${IDENTITY}}`;
  if (said === 0) return prepended(json, alone);
  const own = withoutMembers(json, isRead ? NOT_THEIRS_IN_READ : NOT_THEIRS);
  const meta = member(own, whole(own), '_meta');
  if (!meta) return prepended(own, alone);
  if (!isObject(own, meta)) return prepended(withoutMembers(own, META_NAME), alone);
  const known = Buffer.concat(prepended(withoutMembers(slice(own, meta), SERVER_INFO_NAME), IDENTITY));
  return prepended(splice(own, [{ ...meta, with: known }]), `${COMPLETE}${hints}`);
}

function codeOf(error: Buffer): number {
  const span = member(error, whole(error), 'code');
  return span ? Number(slice(error, span).toString()) : Number.NaN;
}

/**
 * The code in this revision: older ones use codes that it must not use, or that it gives a meaning of its
 * own.
 */
function modernCode(code: number): number {
  // A code must be an integer (JSON-RPC 2.0, 5.1).
  if (!Number.isSafeInteger(code)) return RPC.INTERNAL;
  if (code === RPC.RESOURCE_NOT_FOUND) return RPC.INVALID_PARAMS;
  return code <= -32_020 && code >= -32_099 ? RPC.INTERNAL : code;
}

function withCode(error: Buffer, code: number): Buffer {
  const span = member(error, whole(error), 'code');
  return span && code !== codeOf(error)
    ? splice(error, [{ ...span, with: Buffer.from(String(code)) }])
    : error;
}

/**
 * 2025-11-25 requests a visit to a URL by an error, after which the client calls again (client/elicitation,
 * URL mode).
 */
function urlElicitation(error: Buffer, askable: AskableCapabilities): ModernReply {
  const { data } = JSON.parse(error.toString()) as { data?: { elicitations?: unknown } };
  const elicitations: readonly unknown[] = Array.isArray(data?.elicitations) ? data.elicitations : [];
  const requests = elicitations.filter(isMap).map((it, index) => {
    const { elicitationId, ...params } = it;
    return [`url${index + 1}`, { method: METHOD.ELICIT, params: { ...params, mode: 'url' } }];
  });
  if (requests.length === 0) return errorReply(withCode(error, RPC.INTERNAL));
  if (!takesUrls(askable)) return missingCapability({ elicitation: { url: {} } });
  const result = { resultType: 'input_required', inputRequests: Object.fromEntries(requests) };
  return { kind: 'result', pieces: [Buffer.from(JSON.stringify(result))], status: 200 };
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function missingCapability(requiredCapabilities: object): ModernReply {
  return errorReply(
    errorObject(RPC.CLIENT_CAPABILITY_MISSING, 'the client has not declared a capability that this takes', {
      requiredCapabilities,
    }),
  );
}

/** An error of the gateway itself. */
export function modernRefusal(code: number, message: string, data?: unknown, status?: number): ModernReply {
  const reply = errorReply(refusal(code, message, data).json);
  return status === undefined ? reply : { ...reply, status };
}

/** Messages of clients, and the text of their answers. */
import { isUtf8 } from 'node:buffer';
import type { Reply } from '../../model/calls.ts';
import { toJson } from '../../model/text/json.ts';
import { RPC } from '../../wire/codes.ts';
import { isSpellingOf } from '../../wire/doubled.ts';
import {
  doubledIn,
  type Envelope,
  isNull,
  isObject,
  readEnvelope,
  type Span,
  slice,
  stringAt,
} from '../../wire/envelope.ts';
import { MAX_DEPTH } from '../../wire/json.ts';
import { errorObject, messageKind } from '../../wire/message.ts';
import { onOneLine } from '../../wire/one-line.ts';

export interface ClientRequest {
  readonly text: Buffer;
  /** JSON text of the id, as the client wrote it: answers carry the same bytes. */
  readonly id: Buffer;
  readonly method: string;
  readonly params: Span | undefined;
}

const HEAD = Buffer.from('{"jsonrpc":"2.0","id":');
const RESULT = Buffer.from(',"result":');
const ERROR_MEMBER = Buffer.from(',"error":');
const TAIL = Buffer.from('}');
const NO_ID = Buffer.from('null');

/** The response to `id`, in pieces: results may be large and are not copied. */
export const responseText = (id: Buffer, { kind, json }: Reply): Buffer[] => responseOf(id, kind, [json]);

/** The response to `id` with a result or error that is in pieces itself. */
export const responseOf = (id: Buffer, kind: Reply['kind'], body: readonly Buffer[]): Buffer[] => [
  HEAD,
  id,
  kind === 'result' ? RESULT : ERROR_MEMBER,
  ...body,
  TAIL,
];

/** An error response; without `id` for a message that has no usable one. */
export const errorResponse = (code: number, message: string, data?: unknown, id: Buffer = NO_ID): Buffer[] =>
  responseText(id, refusal(code, message, data));

export const result = (value: object): Reply => ({
  kind: 'result',
  json: toJson(value),
});

export const refusal = (code: number, message: string, data?: unknown): Reply => ({
  kind: 'error',
  json: errorObject(code, message, data),
});

/** A JSON object from a client. */
export type ClientMessage =
  | ({ readonly kind: 'request' } & ClientRequest)
  | ({ readonly kind: 'notification' } & Omit<ClientRequest, 'id'>)
  | { readonly kind: 'response'; readonly id: Buffer; readonly reply: Reply }
  | { readonly kind: 'invalid'; readonly error: readonly Buffer[] };

/**
 * Reads `text`, which holds one message and nothing else. Flaws are refused, unlike those of servers'
 * messages.
 */
export function readMessage(text: Buffer): ClientMessage {
  const envelope = isUtf8(text) ? readEnvelope(text) : undefined;
  if (!envelope) return invalid(RPC.PARSE_ERROR, PARSE_PROBLEM);
  const kind = messageKind(text, envelope);
  if (kind === undefined)
    return invalid(RPC.INVALID_REQUEST, 'no JSON-RPC request, notification or response');
  const isResponse = kind === 'result' || kind === 'error';
  const id = envelope.id && !isResponse ? slice(text, envelope.id) : undefined;
  const flaw = flawOf(text, envelope, id);
  if (flaw) return invalid(flaw.code, flaw.message, flaw.isOfId ? undefined : id);
  if (isResponse) return response(text, envelope, kind);
  return called(text, envelope, id);
}

/** A request, or a notification without an id. */
function called(text: Buffer, envelope: Envelope, id: Buffer | undefined): ClientMessage {
  const params = envelope.params && isNull(text, envelope.params) ? undefined : envelope.params;
  if (params && !isObject(text, params)) return invalid(RPC.INVALID_REQUEST, 'params must be an object', id);
  const method = stringAt(text, envelope.method) ?? '';
  return id ? { kind: 'request', text, id, method, params } : { kind: 'notification', text, method, params };
}

interface Flaw {
  readonly code: number;
  readonly message: string;
  /** True if the id cannot be used in the answer. */
  readonly isOfId?: boolean;
}

const VERSION = Buffer.from('"2.0"');

/** What no message of a client may have. @param id absent for a response */
function flawOf(text: Buffer, envelope: Envelope, id: Buffer | undefined): Flaw | undefined {
  const { jsonrpc } = envelope;
  const doubled = doubledIn(text, envelope);
  if (doubled) {
    const message = `${doubled.key} occurs twice, or in another spelling: parsers differ in which one counts`;
    const code = doubled.level === 0 ? RPC.INVALID_REQUEST : RPC.INVALID_PARAMS;
    // Params have no id that Hive reads.
    return { code, message, isOfId: isSpellingOf(doubled, 'id') };
  }
  if (id && !isId(id))
    return { code: RPC.INVALID_REQUEST, message: 'id must be a string or a number', isOfId: true };
  if (!jsonrpc || !slice(text, jsonrpc).equals(VERSION))
    return { code: RPC.INVALID_REQUEST, message: 'jsonrpc must be "2.0"' };
  return undefined;
}

function response(text: Buffer, envelope: Envelope, kind: Reply['kind']): ClientMessage {
  const id = envelope.id ? slice(text, envelope.id) : NO_ID;
  const body = envelope[kind] ?? { start: 0, end: 0 };
  return { kind: 'response', id, reply: { kind, json: onOneLine(slice(text, body)) } };
}

export const PARSE_PROBLEM = `the body is not valid JSON in UTF-8, or nested more than ${MAX_DEPTH} deep`;

const invalid = (code: number, message: string, id?: Buffer): ClientMessage => ({
  kind: 'invalid',
  error: errorResponse(code, message, undefined, id),
});

/** True for strings and numbers; MCP allows no null (basic, Requests). */
function isId(id: Buffer): boolean {
  const first = id[0] ?? 0;
  return first === 0x22 || first === 0x2d || (first >= 0x30 && first <= 0x39);
}

/** Parses the params. For messages that the gateway answers itself, which are small. */
export function paramsOf({ text, params }: Pick<ClientRequest, 'text' | 'params'>): Record<string, unknown> {
  const parsed: unknown = params ? JSON.parse(slice(text, params).toString()) : undefined;
  return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
}

/** JSON-RPC messages: their kinds, and their text. */
import { type Json, jsonText, toJson } from '../model/text/json.ts';
import { type Envelope, isNull, isObject } from './envelope.ts';

export type MessageKind = 'request' | 'notification' | 'result' | 'error';

/**
 * The kind of message that a JSON object is; undefined for an object that is not a message. Deviations of
 * real servers are tolerated: a missing `jsonrpc`, ids of any type, `"error": null` beside a result, and a
 * null id on a request, which makes it a notification, since it cannot be answered.
 */
export function messageKind(text: Buffer, envelope: Envelope): MessageKind | undefined {
  const { id, method, result, error } = envelope;
  if (method && text[method.start] === 0x22) return id && !isNull(text, id) ? 'request' : 'notification';
  if (!id) return undefined;
  if (error && !isNull(text, error)) return isObject(text, error) ? 'error' : undefined;
  return result ? 'result' : undefined;
}

/** @param params JSON text, copied unchanged */
export function requestText(id: number, method: string, params?: Buffer): Json {
  return withParams(`{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)}`, params);
}

/** @param params JSON text, copied unchanged */
export function notificationText(method: string, params?: Buffer): Json {
  return withParams(`{"jsonrpc":"2.0","method":${JSON.stringify(method)}`, params);
}

/** @param id JSON text @param result JSON text */
export function resultText(id: Buffer | string, result: Buffer | string): Json {
  return join(`{"jsonrpc":"2.0","id":`, id, ',"result":', result, '}');
}

/** @param id JSON text @param error JSON text */
export function errorText(id: Buffer | string, error: Buffer | string): Json {
  return join(`{"jsonrpc":"2.0","id":`, id, ',"error":', error, '}');
}

/** JSON text of an error object. */
export function errorObject(code: number, message: string, data?: unknown): Json {
  return toJson({ code, message, data });
}

/**
 * Below this size, building a message as a Latin-1 string (one character for each byte) is cheaper than
 * joining buffers.
 */
const SMALL_BYTES = 8 * 1024;
const ASCII = /^[\x20-\x7e]*$/;

function withParams(head: string, params: Buffer | undefined): Json {
  if (!params) return jsonText(`${head}}`);
  if (params.length > SMALL_BYTES || !ASCII.test(head)) return join(head, ',"params":', params, '}');
  return Buffer.from(`${head},"params":${params.toString('latin1')}}`, 'latin1') as Json;
}

const join = (...parts: (Buffer | string)[]): Json =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))) as Json;

import { type Envelope, isNull, isObject } from './envelope.ts';

/**
 * What a JSON object is to JSON-RPC. Tolerated, since real servers do it: a missing `jsonrpc`, ids of any kind, an
 * `"error": null` beside the result, a null id on a request (nobody could answer that, so it is a notification).
 * `undefined` is no message at all.
 */
export type MessageKind = 'request' | 'notification' | 'result' | 'error' | undefined;

export function messageKind(text: Buffer, envelope: Envelope): MessageKind {
  const { id, method, result, error } = envelope;
  if (method && text[method.start] === 0x22) return id && !isNull(text, id) ? 'request' : 'notification';
  if (!id) return undefined;
  if (error && !isNull(text, error)) return isObject(text, error) ? 'error' : undefined;
  return result ? 'result' : undefined;
}

/** One outgoing message; `params` is JSON text, passed as it is. */
export function requestText(id: number, method: string, params?: Buffer): Buffer {
  return withParams(`{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)}`, params);
}

export function notificationText(method: string, params?: Buffer): Buffer {
  return withParams(`{"jsonrpc":"2.0","method":${JSON.stringify(method)}`, params);
}

/** `id` and `result` are JSON text. */
export function resultText(id: Buffer | string, result: Buffer | string): Buffer {
  return join(`{"jsonrpc":"2.0","id":`, id, ',"result":', result, '}');
}

/** `id` and `error` are JSON text. */
export function errorText(id: Buffer | string, error: Buffer | string): Buffer {
  return join(`{"jsonrpc":"2.0","id":`, id, ',"error":', error, '}');
}

export function errorObject(code: number, message: string, data?: unknown): Buffer {
  return Buffer.from(JSON.stringify(data === undefined ? { code, message } : { code, message, data }));
}

/** Below this, building a message as one string of its bytes (Latin-1 has one character for each) is cheaper than joining buffers. */
const SMALL = 8 * 1024;
const ASCII = /^[\x20-\x7e]*$/;

function withParams(head: string, params: Buffer | undefined): Buffer {
  if (!params) return Buffer.from(`${head}}`);
  if (params.length > SMALL || !ASCII.test(head)) return join(head, ',"params":', params, '}');
  return Buffer.from(`${head},"params":${params.toString('latin1')}}`, 'latin1');
}

const join = (...parts: (Buffer | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));

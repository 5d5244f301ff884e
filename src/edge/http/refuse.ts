/** Refusals: JSON-RPC errors as bodies of HTTP errors. */

import type { ServerResponse } from 'node:http';
import { RPC } from '../../wire/codes.ts';
import type { Body } from './body.ts';
import { sendJson } from './exchange.ts';
import { errorResponse } from './message.ts';

/** A JSON-RPC error as the body of an HTTP error. */
export function refuse(
  response: ServerResponse,
  status: number,
  code: number,
  message: string,
  id?: Buffer,
  data?: unknown,
): void {
  sendJson(response, status, errorResponse(code, message, data, id));
}

/** Tells the client, unless it has gone, why its body is not taken. */
export function refuseBody(response: ServerResponse, { kind }: Body, limit: number): void {
  if (kind === 'too-large') refuseLarge(response, limit);
  if (kind === 'no-room')
    refuse(response, 503, RPC.SERVER_ERROR, 'too many large requests at once: try again');
}

function refuseLarge(response: ServerResponse, limit: number): void {
  response.shouldKeepAlive = false;
  refuse(response, 413, RPC.SERVER_ERROR, `the body is larger than the limit of ${limit} bytes`);
}

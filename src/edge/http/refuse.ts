/** Sends JSON-RPC errors as the bodies of HTTP errors. */

import type { ServerResponse } from 'node:http';
import { RPC } from '../../wire/codes.ts';
import type { Body } from './body.ts';
import { sendJson } from './exchange.ts';
import { errorResponse } from './message.ts';

/** `id` is the JSON text of the request's id, absent if there is none. */
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

/** Refuses a stream that would keep the port of a stopping gateway open. */
export function refuseStopping(response: ServerResponse, id?: Buffer): void {
  refuse(response, 503, RPC.SERVER_ERROR, 'the gateway is stopping', id);
}

/** Refuses a request whose body was not read, unless its client has gone. */
export function refuseBody(response: ServerResponse, { kind }: Body, limitBytes: number): void {
  if (kind === 'too-large') refuseLarge(response, limitBytes);
  if (kind === 'no-room')
    refuse(response, 503, RPC.SERVER_ERROR, 'too many large requests at once: try again');
  if (kind === 'stalled') {
    response.shouldKeepAlive = false;
    refuse(response, 408, RPC.SERVER_ERROR, 'the body stopped arriving, or arrived too slowly');
  }
}

function refuseLarge(response: ServerResponse, limitBytes: number): void {
  response.shouldKeepAlive = false;
  refuse(response, 413, RPC.SERVER_ERROR, `the body is larger than the limit of ${limitBytes} bytes`);
}

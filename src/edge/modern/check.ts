/** Checks of a modern request that come before its method counts: `_meta`, protocol version, headers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LOCAL } from '../../model/caller.ts';
import { RPC } from '../../wire/codes.ts';
import { METHOD } from '../../wire/methods.ts';
import { MODERN_VERSION } from '../../wire/modern-names.ts';
import { sendAccepted } from '../http/exchange.ts';
import type { Incoming } from '../http/incoming.ts';
import type { ClientRequest } from '../http/message.ts';
import { refuse } from '../http/refuse.ts';
import { namesModern, type Params } from '../shared/era.ts';
import { headerProblem, methodProblem, versionProblem } from './headers.ts';
import { type ModernReply, modernRefusal } from './reply.ts';
import { type RequestMeta, readMeta } from './request-meta.ts';

/** The request's metadata, or the error that answers it. */
export function checkRequest(
  { request: { headers }, principal }: Incoming,
  request: ClientRequest,
  params: Params,
): RequestMeta | { readonly refused: ModernReply } {
  const meta = readMeta(request.text, params);
  if (typeof meta === 'string') {
    const isMixed = request.method === METHOD.INITIALIZE && namesModern(headers);
    return isMixed
      ? mismatch(`the header names ${MODERN_VERSION}, which has no initialize`)
      : { refused: modernRefusal(RPC.INVALID_PARAMS, `Invalid params: ${meta}`, undefined, 400) };
  }
  const version = versionProblem(headers, meta.version);
  if (version) return mismatch(version);
  if (meta.version !== MODERN_VERSION) return { refused: unsupported(meta.version) };
  // This user's own commands pass on messages from stdio, which has no headers to compare.
  const header = principal === LOCAL ? undefined : headerProblem(headers, request, params);
  return header === undefined ? meta : mismatch(header);
}

const mismatch = (problem: string) => ({ refused: headerMismatch(problem) });

export const headerMismatch = (problem: string): ModernReply =>
  modernRefusal(RPC.HEADER_MISMATCH, `Header mismatch: ${problem}`);

const unsupported = (requested: string): ModernReply =>
  modernRefusal(RPC.UNSUPPORTED_VERSION, `Unsupported protocol version: ${requested}`, {
    supported: [MODERN_VERSION],
    requested,
  });

/**
 * Answers a notification. None of a client's means anything over HTTP: it cancels a request by closing its
 * response.
 */
export function acceptNotification(
  { headers }: IncomingMessage,
  response: ServerResponse,
  method: string,
): void {
  const problem = methodProblem(headers, method, false);
  if (problem) refuse(response, 400, RPC.HEADER_MISMATCH, `Header mismatch: ${problem}`);
  else sendAccepted(response);
}

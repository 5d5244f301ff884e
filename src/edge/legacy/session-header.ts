/** Which session a request belongs to, and the refusals of those that belong to none. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../../model/caller.ts';
import { RPC } from '../../wire/codes.ts';
import { MODERN_VERSION } from '../../wire/modern-names.ts';
import { refuse } from '../http/refuse.ts';
import { LEGACY_VERSIONS } from '../shared/initialize.ts';
import type { Session, Sessions } from './sessions.ts';

/**
 * The session named by the request, or undefined with the request refused: 400 without the header, 404 for a session that
 * is not or no longer there, so that the client begins a new one (transports, Session Management).
 */
export function sessionOf(
  sessions: Sessions,
  request: IncomingMessage,
  response: ServerResponse,
  scope: string,
  principal: Principal,
  id?: Buffer,
): Session | undefined {
  const sessionId = request.headers['mcp-session-id'];
  if (typeof sessionId !== 'string') {
    refuse(response, 400, RPC.SERVER_ERROR, 'Mcp-Session-Id header is missing: send initialize first', id);
    return undefined;
  }
  const session = sessions.find(sessionId, scope);
  // An id is no proof of who asks: it only counts with the token it was given to (security best practices, Session Hijacking).
  if (session?.caller.principal === principal) return session;
  refuse(response, 404, RPC.SESSION_NOT_FOUND, 'Session not found: send initialize to begin a new one', id);
  return undefined;
}

/**
 * A client that names a revision we do not speak is told which ones we do; GET and DELETE mean nothing in the modern one. POSTs of that
 * never come here. False when the request was refused.
 */
export function isSpoken({ method, headers }: IncomingMessage, response: ServerResponse): boolean {
  const requested = headers['mcp-protocol-version'];
  if (requested === undefined || LEGACY_VERSIONS.includes(String(requested))) return true;
  if (requested === MODERN_VERSION) {
    response.setHeader('allow', 'POST');
    refuse(response, 405, RPC.INVALID_REQUEST, `${MODERN_VERSION} has no ${method}: every message is a POST`);
    return false;
  }
  const message = `Unsupported protocol version: ${requested}`;
  refuse(response, 400, RPC.UNSUPPORTED_VERSION, message, undefined, {
    supported: [MODERN_VERSION, ...LEGACY_VERSIONS],
    requested,
  });
  return false;
}

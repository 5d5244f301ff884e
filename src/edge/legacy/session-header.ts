/**
 * The headers that bind a request to its session and protocol version, and the refusals of requests without
 * valid ones.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { LEGACY_VERSIONS } from '../../model/era.ts';
import { RPC } from '../../wire/codes.ts';
import { MODERN_VERSION } from '../../wire/modern-names.ts';
import type { Incoming } from '../http/incoming.ts';
import { refuse } from '../http/refuse.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/**
 * The session that the request names. Undefined if the request was refused: with 400 without the header, with
 * 404 for a session that is unknown or has ended, so that the client begins a new one (transports, Session
 * Management). `id` is the JSON text of the JSON-RPC id, if there is one.
 */
export function sessionOf(
  sessions: Sessions,
  { request, response, scope, principal }: Incoming,
  id?: Buffer,
): Session | undefined {
  const sessionId = request.headers['mcp-session-id'];
  if (typeof sessionId !== 'string') {
    refuse(response, 400, RPC.SERVER_ERROR, 'Mcp-Session-Id header is missing: send initialize first', id);
    return undefined;
  }
  const session = sessions.find(sessionId, scope);
  // An id proves nothing: it counts only with the token that it was given to (security best practices,
  // Session Hijacking).
  if (session?.caller.principal === principal) return session;
  refuse(response, 404, RPC.SESSION_NOT_FOUND, 'Session not found: send initialize to begin a new one', id);
  return undefined;
}

/**
 * True if the request names no protocol version, or one that is supported; otherwise the request was refused.
 * GET and DELETE mean nothing in the modern era, whose POSTs never come here.
 */
export function hasKnownVersion({ method, headers }: IncomingMessage, response: ServerResponse): boolean {
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

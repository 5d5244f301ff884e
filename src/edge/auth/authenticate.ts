/** Authenticates a request, or refuses it. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../../model/caller.ts';
import type { Clock } from '../../model/clock.ts';
import { RPC } from '../../wire/codes.ts';
import { wantsHtml } from '../http/guard.ts';
import { refuse } from '../http/refuse.ts';
import { ANONYMOUS, type Auth, type AuthRefusal, type AuthResult } from './auth.ts';

/**
 * Paths that need no token: watchdogs have none and read the first two, with less in them; clients learn at
 * the third how to get one.
 */
const OPEN = /^\/((health|ready)\/*|\.well-known\/oauth-protected-resource(\/.*)?)(\?|$)/;

/** The page for people says to them that a token is needed, and nothing else. */
const isFrontPage = ({ url = '', headers }: IncomingMessage): boolean =>
  /^\/(\?|$)/.test(url) && wantsHtml(headers.accept);

/**
 * Passes the principal to `handle`, synchronously if `auth` is. Answers a refused request itself. The
 * response to an access token ends when that expires, whatever is still under way on it.
 */
export function authenticate(
  { auth, clock }: { readonly auth: Auth; readonly clock: Clock },
  request: IncomingMessage,
  response: ServerResponse,
  handle: (principal: Principal) => void,
): void {
  const isOpen = (): boolean =>
    request.method === 'OPTIONS' || OPEN.test(request.url ?? '') || isFrontPage(request);
  const decide = (result: AuthResult): void => {
    if (typeof result === 'string') handle(result);
    else if ('principal' in result) {
      endAtExpiry(response, clock, result.expiresAtMs);
      handle(result.principal);
    } else if (isOpen()) handle(ANONYMOUS);
    else deny(response, result);
  };
  const result = auth.check(request);
  if (result instanceof Promise) void result.then(decide);
  else decide(result);
}

function deny(response: ServerResponse, { status, message, challenge }: AuthRefusal): void {
  if (challenge !== undefined) response.setHeader('www-authenticate', challenge);
  refuse(response, status, RPC.SERVER_ERROR, message);
}

/** Longest time that a timer of Node takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function endAtExpiry(response: ServerResponse, clock: Clock, expiresAtMs: number): void {
  const check = (): void => {
    const left = expiresAtMs - clock.now();
    if (left <= 0) response.destroy();
    else timer = clock.setTimeout(check, Math.min(left, MAX_TIMER_MS));
  };
  let timer: { cancel(): void } | undefined;
  check();
  response.once('close', () => timer?.cancel());
}

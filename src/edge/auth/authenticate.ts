/** Lets requests in, or answers them with what they lack. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ERROR } from '../http/message.ts';
import { refuse } from '../http/refuse.ts';
import type { Auth, AuthRefusal } from './auth.ts';

/** Served to anybody, the first two with less in them: watchdogs have no token, and clients learn here how to get one. */
const OPEN = /^\/(health|ready|\.well-known\/oauth-protected-resource(\/.*)?)(\?|$)/;

/** Runs `go` once it is known who asks; at once where that needs no waiting. */
export function admit(auth: Auth, request: IncomingMessage, response: ServerResponse, go: () => void): void {
  const verdict = auth.check(request);
  const isOpen = (): boolean => request.method === 'OPTIONS' || OPEN.test(request.url ?? '');
  const decide = (refusal: AuthRefusal | undefined): void =>
    refusal && !isOpen() ? deny(response, refusal) : go();
  if (verdict instanceof Promise) void verdict.then(decide);
  else decide(verdict);
}

function deny(response: ServerResponse, { status, message, challenge }: AuthRefusal): void {
  if (challenge !== undefined) response.setHeader('www-authenticate', challenge);
  refuse(response, status, ERROR.server, message);
}

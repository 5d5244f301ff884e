/** Who is asking: bearer tokens on every request, before anything else is looked at (MCP basic/authorization). */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Principal } from '../../model/caller.ts';
import type { AuthSettings } from '../../model/stack.ts';
import type { Refusal } from '../http/guard.ts';
import { createTokenCheck, type Verdict } from './jwt.ts';

export interface AuthRefusal extends Refusal {
  /** Value of `WWW-Authenticate`; absent where another token would not help. */
  readonly challenge?: string;
}

export type AuthResult = Principal | AuthRefusal;

export interface Auth {
  /** Who makes the request, or why it is refused. Synchronous unless the issuer's keys are needed. */
  check(request: IncomingMessage): AuthResult | Promise<AuthResult>;
  /** The document of RFC 9728; undefined without OAuth. */
  resourceMetadata(): object | undefined;
  /** Whether that principal would still be let in; access tokens are asked anew at their next request. */
  isKnown(principal: Principal): boolean;
}

/** Requests without credentials, where none are needed. */
export const ANONYMOUS: Principal = '';
/** This user's own commands: `hive stdio` passes on messages that have no headers. */
export const LOCAL: Principal = 'local';

/** @param localToken never leaves this user's own files and sockets */
export function createAuth(
  settings: () => AuthSettings | undefined,
  localToken: string,
  url: () => string,
): Auth {
  const checkJwt = createTokenCheck();
  const local = digestOf(localToken);

  const named = (digest: Buffer): Principal | undefined => {
    if (timingSafeEqual(digest, local)) return LOCAL;
    const tokens = Object.entries(settings()?.tokens ?? {});
    const found = tokens.find(([, hex]) => timingSafeEqual(digest, Buffer.from(hex, 'hex')));
    return found && `token:${found[0]}`;
  };
  const resource = (): string => settings()?.oauth?.resource ?? url();

  const refuse = (status: 401 | 403, message: string, error?: string): AuthRefusal => {
    const oauth = settings()?.oauth;
    const parts = [
      error && `error="${error}"`,
      oauth && `resource_metadata="${metadataUrl(resource())}"`,
      oauth && oauth.scopes.length > 0 && `scope="${oauth.scopes.join(' ')}"`,
    ].filter(Boolean);
    return { status, message, challenge: parts.length > 0 ? `Bearer ${parts.join(', ')}` : 'Bearer' };
  };
  const refusalOf = (verdict: Exclude<Verdict, { kind: 'good' }>): AuthRefusal => {
    if (verdict.kind === 'scope') return refuse(403, verdict.message, 'insufficient_scope');
    if (verdict.kind === 'unavailable') return { status: 503, message: verdict.message };
    return refuse(401, verdict.message, 'invalid_token');
  };

  return {
    check(request) {
      const wanted = settings();
      if (!wanted && request.headers.authorization === undefined) return ANONYMOUS;
      const token = bearerOf(request);
      if (!wanted) return token !== undefined && named(digestOf(token)) === LOCAL ? LOCAL : ANONYMOUS;
      if (token === undefined)
        return refuse(401, 'this gateway wants a bearer token: Authorization: Bearer TOKEN');
      const known = named(digestOf(token));
      if (known) return known;
      if (!wanted.oauth) return refuse(401, 'this bearer token is not known here', 'invalid_token');
      return checkJwt(wanted.oauth, resource(), token).then((verdict) =>
        verdict.kind === 'good' ? `sub:${verdict.subject}` : refusalOf(verdict),
      );
    },
    resourceMetadata() {
      const oauth = settings()?.oauth;
      return (
        oauth && {
          resource: resource(),
          authorization_servers: [oauth.issuer],
          bearer_methods_supported: ['header'],
          ...(oauth.scopes.length > 0 ? { scopes_supported: oauth.scopes } : {}),
          resource_name: 'Hive',
        }
      );
    },
    isKnown(principal) {
      const wanted = settings();
      if (!wanted || principal === LOCAL) return true;
      if (principal.startsWith('token:'))
        return Object.hasOwn(wanted.tokens, principal.slice('token:'.length));
      return principal !== '' && wanted.oauth !== undefined;
    },
  };
}

/** Where clients look for it first: the well-known part goes between host and path (RFC 9728, 3.1). */
function metadataUrl(resource: string): string {
  const { origin, pathname } = new URL(resource);
  return `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`;
}

/** Never from the query: it ends in logs and histories (RFC 6750, 5.3). */
function bearerOf({ headers: { authorization } }: IncomingMessage): string | undefined {
  return /^Bearer +([^\s,]+) *$/i.exec(authorization ?? '')?.[1];
}

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

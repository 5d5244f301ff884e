/** Finds out who makes a request: bearer tokens, on every request (MCP basic/authorization). */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Access, OWNER } from '../../model/access/access.ts';
import { LOCAL, type Principal } from '../../model/caller.ts';
import type { Clock } from '../../model/clock.ts';
import type { AuthSettings, OAuthSettings } from '../../model/stack.ts';
import type { Refusal } from '../http/guard.ts';
import { createTokenCheck, type TokenCheck, type Verdict } from './jwt.ts';
import { subjectAccess, subjectPrincipal } from './subjects.ts';
import { TokenTable } from './token-table.ts';

export interface AuthRefusal extends Refusal {
  /** Value of `WWW-Authenticate`; absent if another token would not help. */
  readonly challenge?: string;
}

/** The holder of an access token, until that expires. */
export interface Granted {
  readonly principal: Principal;
  /** Unix milliseconds. */
  readonly expiresAtMs: number;
}

export type AuthResult = Principal | Granted | AuthRefusal;

export interface Auth {
  /** The principal of the request, or a refusal. Synchronous unless the issuer's keys are needed. */
  check(request: IncomingMessage): AuthResult | Promise<AuthResult>;
  /** The protected resource metadata (RFC 9728); undefined without OAuth. */
  resourceMetadata(): object | undefined;
  /** What the principal may use; undefined for a client of a gateway that asks nobody for credentials. */
  accessOf(principal: Principal): Access | undefined;
  /** True if the current settings admit the principal. Access tokens are checked again at each request. */
  isKnown(principal: Principal): boolean;
  /**
   * True if an access token was accepted since the last call by rules that no longer hold: its holder may not
   * meet the present ones.
   */
  hasOtherRules(): boolean;
}

/** Principal of requests without valid credentials, where none are needed. */
export const ANONYMOUS: Principal = '';

type Settings = () => AuthSettings | undefined;

/**
 * @param settings read at every request
 * @param localToken never leaves this user's own files and sockets
 * @param url of `/mcp`
 * @param issuerFetch reaches the issuer of access tokens
 */
export const createAuth = (
  settings: Settings,
  localToken: string,
  url: () => string,
  clock: Clock,
  issuerFetch: typeof fetch = fetch,
): Auth => new BearerAuth(settings, localToken, url, createTokenCheck(clock, issuerFetch));

/** Everything that decides whether an access token is accepted. */
const rulesOf = ({ issuer, audience, resource, scopes, jwksUri, roles }: OAuthSettings): string =>
  JSON.stringify([issuer, audience, resource, scopes, jwksUri, roles]);

class BearerAuth implements Auth {
  readonly #settings: Settings;
  readonly #local: Buffer;
  readonly #url: () => string;
  readonly #checkJwt: TokenCheck;
  #table: { readonly of: AuthSettings; readonly tokens: TokenTable } | undefined;
  /** The rules by which access tokens were accepted since the last edit of them. */
  readonly #applied = new Set<string>();
  #rules: { readonly of: OAuthSettings; readonly text: string } | undefined;

  constructor(settings: Settings, localToken: string, url: () => string, checkJwt: TokenCheck) {
    this.#checkJwt = checkJwt;
    this.#settings = settings;
    this.#local = digestOf(localToken);
    this.#url = url;
  }

  hasOtherRules(): boolean {
    const oauth = this.#settings()?.oauth;
    const present = oauth && this.#rulesOf(oauth);
    const others = [...this.#applied].filter((rules) => rules !== present);
    for (const rules of others) this.#applied.delete(rules);
    return others.length > 0;
  }

  /** Made once for each settings object, since every access token needs it. */
  #rulesOf(oauth: OAuthSettings): string {
    if (this.#rules?.of !== oauth) this.#rules = { of: oauth, text: rulesOf(oauth) };
    return this.#rules.text;
  }

  check(request: IncomingMessage): AuthResult | Promise<AuthResult> {
    const wanted = this.#settings();
    if (!wanted && request.headers.authorization === undefined) return ANONYMOUS;
    const token = bearerOf(request);
    const named = token === undefined ? undefined : this.#named(token);
    if (!wanted) return named === LOCAL ? LOCAL : ANONYMOUS;
    if (token === undefined)
      return this.#refuse(401, 'a bearer token is required: Authorization: Bearer TOKEN');
    if (named) return named;
    if (!wanted.oauth) return this.#refuse(401, 'this bearer token is not known here', 'invalid_token');
    return this.#subject(wanted.oauth, token);
  }

  async #subject(oauth: OAuthSettings, token: string): Promise<Granted | AuthRefusal> {
    const verdict = await this.#checkJwt(oauth, this.#resource, token);
    if (verdict.kind !== 'good') return this.#refusalOf(verdict);
    const { subject, role, expiresAtMs } = verdict;
    this.#applied.add(this.#rulesOf(oauth));
    return { principal: subjectPrincipal(oauth.issuer, subject, role), expiresAtMs };
  }

  resourceMetadata(): object | undefined {
    const oauth = this.#settings()?.oauth;
    return (
      oauth && {
        resource: this.#resource,
        authorization_servers: [oauth.issuer],
        bearer_methods_supported: ['header'],
        ...(oauth.scopes.length > 0 ? { scopes_supported: oauth.scopes } : {}),
        resource_name: 'Hive',
      }
    );
  }

  isKnown(principal: Principal): boolean {
    const wanted = this.#settings();
    if (!wanted || principal === LOCAL) return true;
    return this.#held(wanted, principal) !== undefined;
  }

  accessOf(principal: Principal): Access | undefined {
    if (principal === LOCAL) return OWNER;
    const wanted = this.#settings();
    return wanted && this.#held(wanted, principal);
  }

  /** What a credential that is valid now gives its principal. */
  #held(wanted: AuthSettings, principal: Principal): Access | undefined {
    const { oauth } = wanted;
    return this.#tokens(wanted).accessOf(principal) ?? (oauth && subjectAccess(oauth.issuer, principal));
  }

  #tokens(wanted: AuthSettings): TokenTable {
    if (this.#table?.of !== wanted) this.#table = { of: wanted, tokens: new TokenTable(wanted) };
    return this.#table.tokens;
  }

  get #resource(): string {
    return this.#settings()?.oauth?.resource ?? this.#url();
  }

  /** The principal of a token in the settings, or of this user's commands. Compares in constant time. */
  #named(token: string): Principal | undefined {
    const digest = digestOf(token);
    if (timingSafeEqual(digest, this.#local)) return LOCAL;
    const wanted = this.#settings();
    return wanted && this.#tokens(wanted).find(digest);
  }

  #refusalOf({ kind, message }: Exclude<Verdict, { kind: 'good' }>): AuthRefusal {
    if (kind === 'unavailable') return { status: 503, message };
    return kind === 'scope'
      ? this.#refuse(403, message, 'insufficient_scope')
      : this.#refuse(401, message, 'invalid_token');
  }

  #refuse(status: 401 | 403, message: string, error?: string): AuthRefusal {
    const oauth = this.#settings()?.oauth;
    const parts = [
      error && `error="${error}"`,
      oauth && `resource_metadata="${metadataUrl(this.#resource)}"`,
      oauth && oauth.scopes.length > 0 && `scope="${oauth.scopes.join(' ')}"`,
    ].filter(Boolean);
    return { status, message, challenge: parts.length > 0 ? `Bearer ${parts.join(', ')}` : 'Bearer' };
  }
}

/** The URL at which clients look first: the well-known part stands between host and path (RFC 9728, 3.1). */
function metadataUrl(resource: string): string {
  const { origin, pathname } = new URL(resource);
  return `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`;
}

/** Never read from the query, which ends up in logs and histories (RFC 6750, 5.3). */
function bearerOf({ headers: { authorization } }: IncomingMessage): string | undefined {
  return /^Bearer +([^\s,]+) *$/i.exec(authorization ?? '')?.[1];
}

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Checks access tokens: signature, audience, expiry, scopes (RFC 9068; MCP basic/authorization). */
import type { createRemoteJWKSet, errors, JWTPayload } from 'jose';
import type { Role } from '../../model/access/role.ts';
import type { Clock } from '../../model/clock.ts';
import type { OAuthSettings } from '../../model/stack.ts';
import { roleOfScopes } from './subjects.ts';

export type Verdict =
  /** `expiresAtMs`: Unix milliseconds from which the token is refused. */
  | { readonly kind: 'good'; readonly subject: string; readonly role: Role; readonly expiresAtMs: number }
  | { readonly kind: 'bad' | 'scope' | 'unavailable'; readonly message: string };

/**
 * Public-key algorithms only: with a shared secret, or none, anybody who sees the metadata could forge a
 * token.
 */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const CLOCK_SKEW_S = 30;
const ISSUER_TIMEOUT_MS = 5_000;
const MAX_METADATA_BYTES = 1_000_000;

type Keys = ReturnType<typeof createRemoteJWKSet>;
type JoseErrors = typeof errors;

/**
 * Checks one token. The issuer's keys are fetched once, and again when a token names an unknown one. Never
 * rejects.
 */
export type TokenCheck = (oauth: OAuthSettings, resource: string, token: string) => Promise<Verdict>;

/** @param get reaches the issuer */
export function createTokenCheck(clock: Clock, get: typeof fetch): TokenCheck {
  /** Keys of one issuer at a time: an edit of the config replaces them. */
  let known: { readonly of: string; readonly keys: Promise<Keys> } | undefined;

  const keysOf = (oauth: OAuthSettings): Promise<Keys> => {
    const of = `${oauth.issuer} ${oauth.jwksUri ?? ''}`;
    if (known?.of !== of) {
      const keys = openKeys(oauth, get);
      known = { of, keys };
      keys.catch(() => {
        if (known?.keys === keys) known = undefined;
      });
    }
    return known.keys;
  };

  return async (oauth, resource, token) => {
    // Loaded on first use: most stacks have no OAuth.
    const jose = await import('jose');
    try {
      const { payload } = await jose.jwtVerify(token, await keysOf(oauth), {
        issuer: oauth.issuer,
        audience: oauth.audience ?? resource,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_SKEW_S,
        currentDate: new Date(clock.now()),
      });
      return granted(payload, oauth);
    } catch (error) {
      return verdictOf(jose.errors, error, oauth.issuer);
    }
  };
}

function granted(payload: JWTPayload, oauth: OAuthSettings): Verdict {
  const { scope, scp } = payload;
  const has = new Set([...wordsOf(scope), ...wordsOf(scp)]);
  const lacking = oauth.scopes.filter((one) => !has.has(one));
  if (lacking.length > 0) return { kind: 'scope', message: `the access token lacks ${lacking.join(' ')}` };
  const expiresAtMs = (Number(payload.exp) + CLOCK_SKEW_S) * 1000;
  return { kind: 'good', subject: `${payload.sub}`, role: roleOfScopes(oauth, has), expiresAtMs };
}

function wordsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim.map(String) : [];
}

/** Says what is wrong with a token, which its holder may know. Never repeats the token's text. */
function verdictOf(errors: JoseErrors, error: unknown, issuer: string): Verdict {
  const isToken =
    error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout) && !isKeySet(errors, error);
  if (isToken) return { kind: 'bad', message: `the access token is not good: ${error.message}` };
  const { message } = error as Error;
  return { kind: 'unavailable', message: `access tokens of ${issuer} cannot be checked now: ${message}` };
}

/** Errors of fetching the issuer's keys, as opposed to errors of the token. */
const isKeySet = (errors: JoseErrors, error: errors.JOSEError): boolean =>
  error instanceof errors.JWKSInvalid || error.code === 'ERR_JOSE_GENERIC';

async function openKeys({ issuer, jwksUri }: OAuthSettings, get: typeof fetch): Promise<Keys> {
  const uri = jwksUri ?? (await discoverKeys(issuer, get));
  const { createRemoteJWKSet, customFetch } = await import('jose');
  return createRemoteJWKSet(new URL(uri), { timeoutDuration: ISSUER_TIMEOUT_MS, [customFetch]: get });
}

/**
 * Tries RFC 8414 first, then OpenID Connect Discovery, as clients do.
 *
 * @throws Error with a sentence
 */
async function discoverKeys(issuer: string, get: typeof fetch): Promise<string> {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const places = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
  for (const place of places) {
    const metadata = await readMetadata(place, get);
    if (!metadata) continue;
    if (metadata.issuer !== issuer) throw new Error(`${place} is of another issuer`);
    if (typeof metadata.jwks_uri === 'string') return metadata.jwks_uri;
  }
  throw new Error('its metadata names no keys; set auth.oauth.jwksUri');
}

async function readMetadata(place: string, get: typeof fetch): Promise<Record<string, unknown> | undefined> {
  const signal = AbortSignal.timeout(ISSUER_TIMEOUT_MS);
  const response = await get(place, { signal, redirect: 'error', headers: { accept: 'application/json' } });
  const value: unknown = await textOf(response)
    .then(JSON.parse)
    .catch(() => undefined);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

/** Empty for an error, and for a body that turns out to be too large; the rest of it is not read. */
async function textOf({ ok, body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  if (!ok) await body?.cancel();
  for await (const chunk of body ?? []) {
    total += chunk.length;
    if (total > MAX_METADATA_BYTES) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

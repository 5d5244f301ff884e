/** Challenges of servers that refuse a request: the `WWW-Authenticate` header (RFC 9110, 11.2; RFC 6750, 3). */
import { defined } from '../../model/collections/defined.ts';
import type { Saved } from './credentials.ts';

type Challenge = NonNullable<Saved['challenge']>;

/** True if a token with more scopes would be accepted. */
export const isInsufficientScope = (challenge: string | undefined): boolean =>
  /insufficient_scope/.test(challenge ?? '');

/**
 * The challenge to save for the next request for authorization.
 * @param isNarrow true if more scopes are wanted. Those granted before are kept (Step-Up Authorization Flow).
 */
export function challengeWith(saved: Saved, challenge: string | undefined, isNarrow: boolean): Challenge {
  const wanted = readChallenge(challenge);
  const scope = isNarrow ? unionOf(saved.tokens?.scope, saved.challenge?.scope, wanted.scope) : wanted.scope;
  return { ...wanted, ...(scope ? { scope } : {}) };
}

/** Parameters of a request for authorization, from the server's last challenge. */
export function challengeOptions({ challenge }: Saved): { resourceMetadataUrl?: URL; scope?: string } {
  const where = challenge?.resourceMetadataUrl;
  return {
    ...(where !== undefined && URL.canParse(where) ? { resourceMetadataUrl: new URL(where) } : {}),
    ...(challenge?.scope === undefined ? {} : { scope: challenge.scope }),
  };
}

function readChallenge(challenge = ''): Challenge {
  // Values may be quoted or bare.
  const value = (name: string): string | undefined => {
    const [, quoted, bare] = new RegExp(`\\b${name}=(?:"([^"]*)"|([^\\s,]+))`).exec(challenge) ?? [];
    return quoted ?? bare;
  };
  return defined({
    resourceMetadataUrl: value('resource_metadata'),
    scope: value('scope'),
    dpop: /(^|,)\s*DPoP(\s|,|$)/i.test(challenge) || undefined,
  });
}

const unionOf = (...scopes: (string | undefined)[]): string =>
  [...new Set(scopes.flatMap((scope) => scope?.split(' ') ?? []))].join(' ');

/** The challenge with which a server refuses a request: what its authorization needs (RFC 9110, 11.2). */
import { type Defined, defined } from '../../model/collections/defined.ts';

/** The parameters of the server's last `WWW-Authenticate` challenge. */
export interface Challenge {
  /** Address of the server's resource metadata (RFC 9728). */
  readonly resourceMetadataUrl?: string;
  /** Scopes that the request needs, separated by blanks. */
  readonly scope?: string;
  /** True if the server accepts tokens that are bound to a key (RFC 9449). */
  readonly dpop?: boolean;
}

/** Reads a `WWW-Authenticate` header, whose values may be quoted or bare. */
export function readChallenge(header = ''): Challenge {
  const value = (name: string): string | undefined => {
    const [, quoted, bare] = new RegExp(`\\b${name}=(?:"([^"]*)"|([^\\s,]+))`).exec(header) ?? [];
    return quoted ?? bare;
  };
  const isDpop = /(^|,)\s*DPoP(\s|,|$)/i.test(header);
  return defined({
    resourceMetadataUrl: value('resource_metadata'),
    scope: value('scope'),
    dpop: isDpop ? true : undefined,
  });
}

/** True if the refusal means that a token with more scopes would be accepted. Every other 403 is final. */
export const lacksScope = (status: number, challenge: string | undefined): boolean =>
  status === 403 && /insufficient_scope/.test(challenge ?? '');

/** Each scope once. */
export const unionOfScopes = (...scopes: (string | undefined)[]): string =>
  [...new Set(scopes.flatMap((scope) => scope?.split(' ') ?? []))].join(' ');

/** Options of the SDK's `auth` that follow from a challenge. */
export function challengeOptions(
  challenge: Challenge | undefined,
): Defined<{ resourceMetadataUrl: URL | undefined; scope: string | undefined }> {
  const address = challenge?.resourceMetadataUrl;
  return defined({
    resourceMetadataUrl: address === undefined ? undefined : (URL.parse(address) ?? undefined),
    scope: challenge?.scope,
  });
}

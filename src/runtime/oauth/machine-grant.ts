/** The token request of a client that logs in without a person. */
import type { OAuthDiscoveryState } from '@modelcontextprotocol/client';
import { type ClientSecret, type OAuthClient, readSecret } from './client.ts';

/**
 * Parameters of the token request: the client's own credentials (RFC 6749, 4.4; SEP-1046), or a JWT that
 * another party has issued to the client (RFC 7523, 2.1; workload identity, SEP-1933).
 * @throws GatewayError LOGIN_FAILED; Error if the assertion cannot be exchanged
 */
export async function machineGrant(
  client: OAuthClient,
  discovery: OAuthDiscoveryState | undefined,
  scope: string | undefined,
  fetchFn: typeof fetch,
): Promise<URLSearchParams> {
  const scoped = scope ? { scope } : {};
  const { assertion, idp } = client;
  if (!assertion) return new URLSearchParams({ grant_type: 'client_credentials', ...scoped });
  return new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: idp
      ? await exchange(assertion, idp, discovery, scope, fetchFn)
      : (await readSecret(assertion)).trim(),
    ...scoped,
  });
}

/**
 * Exchanges an ID token at the identity provider for an assertion that is valid only for this authorization
 * server and this resource (enterprise-managed authorization, SEP-990).
 */
async function exchange(
  assertion: ClientSecret,
  idp: NonNullable<OAuthClient['idp']>,
  discovery: OAuthDiscoveryState | undefined,
  scope: string | undefined,
  fetchFn: typeof fetch,
): Promise<string> {
  const { requestJwtAuthorizationGrant } = await import('@modelcontextprotocol/client');
  const resource = discovery?.resourceMetadata?.resource;
  if (!discovery || resource === undefined)
    throw new Error('the server does not name its resource (RFC 9728)');
  const { jwtAuthGrant } = await requestJwtAuthorizationGrant({
    ...idp,
    idToken: (await readSecret(assertion)).trim(),
    audience: discovery.authorizationServerMetadata?.issuer ?? discovery.authorizationServerUrl,
    resource,
    fetchFn,
    ...(scope ? { scope } : {}),
  });
  return jwtAuthGrant;
}

/** Token requests of clients that log in without a person. */
import type { OAuthDiscoveryState } from '@modelcontextprotocol/client';
import { type ClientSecret, type OAuthClient, readSecret } from './client.ts';

/**
 * Parameters of the request: for the client itself (RFC 6749, 4.4; SEP-1046), or by a JWT that another party issued to it
 * (RFC 7523, 2.1; workload identity, SEP-1933).
 */
export async function machineGrant(
  client: OAuthClient,
  discovery: OAuthDiscoveryState | undefined,
  scope: string | undefined,
  fetchFn: typeof fetch,
): Promise<URLSearchParams> {
  const wanted = scope ? { scope } : {};
  const { assertion, idp } = client;
  if (!assertion) return new URLSearchParams({ grant_type: 'client_credentials', ...wanted });
  return new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: idp ? await exchange(assertion, idp, discovery, scope, fetchFn) : readSecret(assertion).trim(),
    ...wanted,
  });
}

/**
 * Exchanges an ID token for a grant that is valid only at this authorization server and for this resource
 * (enterprise-managed authorization, SEP-990).
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
    throw new Error('the server does not say which resource it is (RFC 9728)');
  const { jwtAuthGrant } = await requestJwtAuthorizationGrant({
    ...idp,
    idToken: readSecret(assertion).trim(),
    audience: discovery.authorizationServerMetadata?.issuer ?? discovery.authorizationServerUrl,
    resource,
    fetchFn,
    ...(scope ? { scope } : {}),
  });
  return jwtAuthGrant;
}

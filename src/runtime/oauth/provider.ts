import type { OAuthClientMetadata, OAuthClientProvider } from '@modelcontextprotocol/client';
import type { OAuthClientSettings } from '../../model/desired.ts';
import { resolveReferences, type Values } from '../../model/references.ts';
import type { Credentials } from './credentials.ts';

/** The entry's `oauth`, its secret resolved. */
export type OAuthClient = OAuthClientSettings;

export function resolveClient(settings: OAuthClientSettings = {}, values: Values): OAuthClient {
  const { clientSecret } = settings;
  return clientSecret === undefined
    ? settings
    : { ...settings, clientSecret: resolveReferences(clientSecret, values) };
}

export interface ProviderOptions {
  readonly url: string;
  readonly credentials: Credentials;
  readonly client: OAuthClient;
  /** Where the browser comes back to; undefined when nobody is there to open one. */
  readonly redirectUrl?: string;
  readonly state?: string;
  readonly onRedirect: (authorizationUrl: URL) => void;
}

/** What the SDK asks of whoever keeps credentials. The code verifier lives as long as this object: one login. */
export function createProvider(options: ProviderOptions): OAuthClientProvider {
  const { url, credentials, client, redirectUrl, state } = options;
  const isMachine = client.grant === 'client_credentials';
  let verifier = '';
  const own =
    client.clientId === undefined
      ? undefined
      : {
          client_id: client.clientId,
          ...(client.clientSecret === undefined ? {} : { client_secret: client.clientSecret }),
        };
  const clientMetadata: OAuthClientMetadata = {
    client_name: 'Hive',
    redirect_uris: redirectUrl === undefined ? [] : [redirectUrl],
    grant_types: isMachine ? ['client_credentials'] : ['authorization_code', 'refresh_token'],
    response_types: isMachine ? [] : ['code'],
    token_endpoint_auth_method: client.clientSecret === undefined ? 'none' : 'client_secret_basic',
    ...(client.scopes ? { scope: client.scopes.join(' ') } : {}),
  };
  return {
    // A refresh needs no browser, but without an address the SDK takes it for a machine's grant.
    redirectUrl: isMachine ? undefined : (redirectUrl ?? 'http://127.0.0.1/callback'),
    clientMetadata,
    ...(client.clientMetadataUrl === undefined ? {} : { clientMetadataUrl: client.clientMetadataUrl }),
    ...(state === undefined ? {} : { state: () => state }),
    clientInformation: () => own ?? credentials.read(url).client,
    saveClientInformation: (information) => {
      if (!own) credentials.save(url, { client: information });
    },
    tokens: () => credentials.read(url).tokens,
    saveTokens: (tokens) => credentials.save(url, { tokens: { ...tokens, savedAt: Date.now() } }),
    discoveryState: () => credentials.read(url).discovery,
    saveDiscoveryState: (discovery) => credentials.save(url, { discovery }),
    redirectToAuthorization: options.onRedirect,
    saveCodeVerifier: (text) => {
      verifier = text;
    },
    codeVerifier: () => verifier,
    invalidateCredentials(scope) {
      if (scope === 'all') credentials.forget(url);
      else if (scope !== 'verifier') credentials.save(url, { [scope]: undefined });
    },
    ...(isMachine
      ? {
          prepareTokenRequest: (scope?: string) =>
            new URLSearchParams({ grant_type: 'client_credentials', ...(scope ? { scope } : {}) }),
        }
      : {}),
  };
}

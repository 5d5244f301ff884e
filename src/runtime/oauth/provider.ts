/** Connects the SDK's login to the saved credentials. */
import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  StoredOAuthClientInformation,
} from '@modelcontextprotocol/client';
import type { Clock } from '../../model/clock.ts';
import { defined } from '../../model/collections/defined.ts';
import { isMachine, type OAuthClient } from './client.ts';
import { keyAuthentication } from './client-key.ts';
import { openDpop, wantsDpop } from './dpop.ts';
import type { LoginStore } from './login-store.ts';
import { machineGrant } from './machine-grant.ts';

export interface ProviderOptions {
  readonly login: LoginStore;
  readonly client: OAuthClient;
  readonly clock: Pick<Clock, 'now'>;
  /** Address to which the browser returns. Absent if no person is present. */
  readonly redirectUrl?: string;
  readonly state?: string;
  readonly onRedirect: (authorizationUrl: URL) => void;
  readonly fetchFn: typeof fetch;
}

/** A refresh needs no browser, but the SDK takes a provider without this address for a machine's. */
const UNUSED_REDIRECT_URL = 'http://127.0.0.1/callback';

/** Makes the provider for one login: the code verifier lives as long as the provider. */
export function createProvider(options: ProviderOptions): OAuthClientProvider {
  const { login, client, clock, redirectUrl, state, fetchFn } = options;
  const isAlone = isMachine(client);
  return {
    redirectUrl: isAlone ? undefined : (redirectUrl ?? UNUSED_REDIRECT_URL),
    clientMetadata: clientMetadata(client, redirectUrl),
    ...clientCredentials(client, login),
    tokens: () => login.read().tokens,
    saveTokens: (tokens) => login.save({ tokens: { ...tokens, savedAt: clock.now() } }),
    discoveryState: () => login.read().discovery,
    saveDiscoveryState: (discovery) => login.save({ discovery }),
    dpop: () => (wantsDpop(login.read()) ? openDpop(login) : undefined),
    redirectToAuthorization: options.onRedirect,
    ...codeVerifier(),
    invalidateCredentials(scope) {
      if (scope === 'all') login.forget();
      else if (scope !== 'verifier') login.save({ [scope]: undefined });
    },
    ...defined({
      clientMetadataUrl: client.clientMetadataUrl,
      state: state === undefined ? undefined : () => state,
      prepareTokenRequest: isAlone
        ? (scope?: string) => machineGrant(client, login.read().discovery, scope, fetchFn)
        : undefined,
    }),
  };
}

/** Metadata with which Hive registers as a client. */
function clientMetadata(client: OAuthClient, redirectUrl: string | undefined): OAuthClientMetadata {
  const isAlone = isMachine(client);
  return defined({
    client_name: 'Hive',
    redirect_uris: redirectUrl === undefined ? [] : [redirectUrl],
    grant_types: isAlone ? ['client_credentials'] : ['authorization_code', 'refresh_token'],
    response_types: isAlone ? [] : ['code'],
    token_endpoint_auth_method: client.clientSecret === undefined ? 'none' : 'client_secret_basic',
    scope: client.scopes?.join(' '),
  });
}

type ClientCredentials = Pick<
  OAuthClientProvider,
  'clientInformation' | 'saveClientInformation' | 'addClientAuthentication'
>;

function clientCredentials(client: OAuthClient, login: LoginStore): ClientCredentials {
  const { clientId, privateKey } = client;
  const configured = configuredClient(client);
  return defined({
    clientInformation: () => configured ?? login.read().client,
    // A configured client is not saved: the SDK would then refuse to use it with another issuer.
    saveClientInformation: configured
      ? undefined
      : (registered: StoredOAuthClientInformation) => login.save({ client: registered }),
    addClientAuthentication:
      clientId !== undefined && privateKey ? keyAuthentication(clientId, privateKey) : undefined,
  });
}

/** The client that the entry names. Undefined if Hive registers itself. */
function configuredClient(client: OAuthClient): StoredOAuthClientInformation | undefined {
  const { clientId, clientSecret, issuer } = client;
  if (clientId === undefined) return undefined;
  return defined({ client_id: clientId, client_secret: clientSecret, issuer });
}

/** Keeps the verifier of the authorization code in memory (PKCE). */
function codeVerifier(): Pick<OAuthClientProvider, 'saveCodeVerifier' | 'codeVerifier'> {
  let verifier = '';
  return {
    saveCodeVerifier: (text) => {
      verifier = text;
    },
    codeVerifier: () => verifier,
  };
}

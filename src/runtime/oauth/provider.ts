/** The SDK's `OAuthClientProvider`, over a saved login. */
import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  StoredOAuthClientInformation,
} from '@modelcontextprotocol/client';
import type { Clock } from '../../model/clock.ts';
import { isMachine, type OAuthClient } from './client.ts';
import { keyAuthentication } from './client-key.ts';
import { openDpop, wantsDpop } from './dpop.ts';
import { loginFetch } from './login-fetch.ts';
import type { LoginStore } from './login-store.ts';
import { machineGrant } from './machine.ts';

export interface ProviderOptions {
  readonly url: string;
  readonly login: LoginStore;
  readonly client: OAuthClient;
  readonly clock: Pick<Clock, 'now'>;
  /** The address to which the browser returns; absent if no person is there to open one. */
  readonly redirectUrl?: string;
  readonly state?: string;
  readonly onRedirect: (authorizationUrl: URL) => void;
}

/** For one login: the code verifier lives as long as the provider. */
export function createProvider(options: ProviderOptions): OAuthClientProvider {
  const { url, login, client, clock, redirectUrl, state } = options;
  const alone = isMachine(client);
  const own = ownClient(client);
  let verifier = '';
  const clientMetadata: OAuthClientMetadata = {
    client_name: 'Hive',
    redirect_uris: redirectUrl === undefined ? [] : [redirectUrl],
    grant_types: alone ? ['client_credentials'] : ['authorization_code', 'refresh_token'],
    response_types: alone ? [] : ['code'],
    token_endpoint_auth_method: client.clientSecret === undefined ? 'none' : 'client_secret_basic',
    ...(client.scopes ? { scope: client.scopes.join(' ') } : {}),
  };
  return {
    // A refresh needs no browser, but without an address the SDK treats it as a machine's grant.
    redirectUrl: alone ? undefined : (redirectUrl ?? 'http://127.0.0.1/callback'),
    clientMetadata,
    ...(client.clientMetadataUrl === undefined ? {} : { clientMetadataUrl: client.clientMetadataUrl }),
    ...(state === undefined ? {} : { state: () => state }),
    clientInformation: () => own ?? login.read().client,
    // A client of the file is not saved. If it names an issuer, the SDK hands it to no other.
    ...(own ? {} : { saveClientInformation: (client) => login.save({ client }) }),
    ...(client.clientId !== undefined && client.privateKey
      ? { addClientAuthentication: keyAuthentication(client.clientId, client.privateKey) }
      : {}),
    tokens: () => login.read().tokens,
    saveTokens: (tokens) => login.save({ tokens: { ...tokens, savedAt: clock.now() } }),
    discoveryState: () => login.read().discovery,
    saveDiscoveryState: (discovery) => login.save({ discovery }),
    dpop: () => (wantsDpop(login.read()) ? openDpop(login) : undefined),
    redirectToAuthorization: options.onRedirect,
    saveCodeVerifier: (text) => {
      verifier = text;
    },
    codeVerifier: () => verifier,
    invalidateCredentials(scope) {
      if (scope === 'all') login.forget();
      else if (scope !== 'verifier') login.save({ [scope]: undefined });
    },
    ...(alone
      ? {
          prepareTokenRequest: (scope?: string) =>
            machineGrant(client, login.read().discovery, scope, loginFetch(url, client)),
        }
      : {}),
  };
}

/** The client of the entry; undefined if Hive registers itself. */
function ownClient({
  clientId,
  clientSecret,
  issuer,
}: OAuthClient): StoredOAuthClientInformation | undefined {
  if (clientId === undefined) return undefined;
  return {
    client_id: clientId,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    ...(issuer === undefined ? {} : { issuer }),
  };
}

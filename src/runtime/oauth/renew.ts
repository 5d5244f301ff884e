/** Renews the tokens of a login: by a refresh token, or anew where no person is needed. */
import { GatewayError, toGatewayError } from '../../errors.ts';
import type { Clock } from '../../model/clock.ts';
import { challengeOptions } from './challenge.ts';
import { isMachine, type OAuthClient } from './client.ts';
import { loginFetch } from './login-fetch.ts';
import type { LoginStore } from './login-store.ts';
import { createProvider } from './provider.ts';

export interface Renewal {
  readonly serverName: string;
  readonly url: string;
  readonly client: OAuthClient;
  readonly login: LoginStore;
  readonly clock: Clock;
}

/** Saves new tokens in the login. @throws GatewayError LOGIN_REQUIRED, LOGIN_FAILED */
export async function renewTokens(renewal: Renewal): Promise<void> {
  const { serverName, url, client, login, clock } = renewal;
  // Loaded when first needed: most stacks never log in anywhere.
  const { auth } = await import('@modelcontextprotocol/client');
  const onRedirect = (): never => {
    throw new GatewayError('LOGIN_REQUIRED', 'it cannot be used: the login has expired', {
      hint: `npx hive login ${serverName}`,
    });
  };
  const provider = createProvider({ url, login, client, clock, onRedirect });
  try {
    await auth(provider, {
      serverUrl: url,
      ...challengeOptions(login.read()),
      fetchFn: loginFetch(url, client),
    });
  } catch (error) {
    throw error instanceof GatewayError ? error : renewalError(renewal, error);
  }
}

function renewalError({ serverName, client, login }: Renewal, cause: unknown): GatewayError {
  const why = sentenceOf(cause);
  if (!isMachine(client))
    return new GatewayError('LOGIN_REQUIRED', `${serverName}: its access token cannot be renewed: ${why}`, {
      hint: `npx hive login ${serverName}`,
      cause: toGatewayError(cause),
    });
  // The discovered addresses may be what is wrong, and no person logs in anew to replace them.
  login.save({ discovery: undefined });
  return new GatewayError('LOGIN_FAILED', `${client.clientId} got no token: ${why}`, {
    hint: 'check `oauth` of this entry: clientId, its secret, key or assertion, scopes and issuer',
    cause,
  });
}

/** One line of what an authorization server answered, or the SDK says about it. */
const sentenceOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').slice(0, 500);

/** Gets new tokens without a person: by a refresh token, or by a grant of the client's own. */

import { GatewayError, toGatewayError } from '../../errors.ts';
import type { Clock } from '../../model/clock.ts';
import { cutEnd } from '../../model/text/cut.ts';
import type { OpenNetwork } from '../network/fetch-over.ts';
import { challengeOptions } from './challenge.ts';
import { isMachine, type OAuthClient } from './client.ts';
import { loginFetch } from './login-fetch.ts';
import type { LoginStore } from './login-store.ts';
import { createProvider } from './provider.ts';

/**
 * Renewals under way, by login. Most refresh tokens can be used once, so all servers and connections with the
 * same login share one renewal.
 */
export class Renewals {
  readonly #running = new Map<string, Promise<void>>();

  /** Runs `renew`, unless one of that login is running: then settles as that one does. */
  run(loginKey: string, renew: () => Promise<void>): Promise<void> {
    const running = this.#running.get(loginKey);
    if (running) return running;
    const started = renew().finally(() => this.#running.delete(loginKey));
    this.#running.set(loginKey, started);
    return started;
  }
}

/**
 * Gets new tokens and saves them in the login.
 * @throws GatewayError LOGIN_REQUIRED if a person must log in; LOGIN_FAILED if the client logs in by itself
 * and is refused
 */
export async function renewTokens(
  serverName: string,
  url: string,
  client: OAuthClient,
  login: LoginStore,
  clock: Clock,
  network?: OpenNetwork,
): Promise<void> {
  // Loaded when first needed: most stacks have no login.
  const { auth } = await import('@modelcontextprotocol/client');
  const onRedirect = (): never => {
    throw loginRequired(serverName, 'the login has expired');
  };
  try {
    const fetchFn = loginFetch(url, client, network);
    await auth(createProvider({ login, client, clock, onRedirect, fetchFn }), {
      serverUrl: url,
      ...challengeOptions(login.read().challenge),
      fetchFn,
    });
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    // Stale discovery may be the cause, and no later `hive login` of a person would clear it.
    if (isMachine(client)) login.save({ discovery: undefined });
    throw isMachine(client) ? grantFailed(client, error) : renewalFailed(serverName, error);
  }
}

/** @param mayNeedKey true if the server may expect a key in a header, and no login */
export const loginRequired = (serverName: string, why: string, mayNeedKey = false): GatewayError =>
  new GatewayError('LOGIN_REQUIRED', why, {
    hint: `npx hive login ${serverName}${mayNeedKey ? ', or set its key in `headers` of its entry' : ''}`,
  });

const grantFailed = (client: OAuthClient, cause: unknown): GatewayError =>
  new GatewayError('LOGIN_FAILED', `the client ${client.clientId} got no access: ${sentenceOf(cause)}`, {
    hint: 'check `oauth` of this entry: clientId, its secret, key or assertion, scopes and issuer',
    cause,
  });

const renewalFailed = (serverName: string, cause: unknown): GatewayError =>
  new GatewayError('LOGIN_REQUIRED', `the access token cannot be renewed: ${sentenceOf(cause)}`, {
    hint: `npx hive login ${serverName}`,
    cause: toGatewayError(cause),
  });

/** The error of an authorization server or the SDK, on one line. */
const sentenceOf = (error: unknown): string =>
  cutEnd((error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' '), 500);

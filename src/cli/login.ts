/** `hive login`: logs in to a remote server by OAuth 2.1 with PKCE (MCP basic/authorization). */
import { randomBytes } from 'node:crypto';
import {
  type AuthorizationServerMetadata,
  auth,
  validateAuthorizationResponseIssuer,
} from '@modelcontextprotocol/client';
import { systemClock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import { challengeOptions } from '../runtime/oauth/challenge.ts';
import { loginFetch } from '../runtime/oauth/login-fetch.ts';
import type { LoginStore } from '../runtime/oauth/login-store.ts';
import { createProvider } from '../runtime/oauth/provider.ts';
import type { Redact } from '../secrets/redact.ts';
import { type Answer, openCallback } from './login/callback.ts';
import { findLoginTarget } from './login/login-target.ts';
import type { ConfigOption } from './stack/stack-file.ts';
import { print } from './terminal/print.ts';

/**
 * Prints the address to open, waits for the browser to return, and stores the tokens, readable by this user
 * alone. A running gateway then connects again.
 *
 * @throws ConfigError; GatewayError SERVER_UNKNOWN, VARIABLE_UNSET, LOGIN_FAILED
 */
export async function login(named: string | undefined, options: ConfigOption): Promise<void> {
  const target = await findLoginTarget(named, options, 'login');
  const { serverName, url, client, redirectPort, unset, store, reconnect } = target;
  if (unset) throw unset;
  const state = randomBytes(16).toString('base64url');
  const callback = await openCallback(state, redirectPort);
  // A client that registered itself did so for one redirect address, and this is another.
  store.save({ client: undefined, discovery: undefined });
  const metadata = (): AuthorizationServerMetadata | undefined =>
    store.read().discovery?.authorizationServerMetadata;
  const fetchFn = loginFetch(url, client, target.network);
  const provider = createProvider({
    login: store,
    fetchFn,
    clock: systemClock,
    client,
    redirectUrl: callback.url,
    state,
    onRedirect: (address) => invite(serverName, address, metadata()),
  });
  const request = {
    serverUrl: url,
    ...challengeOptions(store.read().challenge),
    fetchFn,
  };
  try {
    const result = await auth(provider, { ...request, forceReauthorization: true });
    if (result === 'REDIRECT') await auth(provider, { ...request, ...codeOf(await callback.answer, store) });
  } catch (cause) {
    throw loginFailed(serverName, cause, target.redact);
  } finally {
    callback.close();
  }
  print(`logged in to ${serverName}`);
  await reconnect();
}

/**
 * The code that the browser brought. A refusal's text is shown only if it comes from the expected issuer
 * (basic/authorization, Authorization Response Validation); for a code the SDK checks the issuer itself.
 *
 * @throws Error with the refusal's text
 */
function codeOf(answer: Answer, store: LoginStore): Exclude<Answer, { refusal: string }> {
  if (!('refusal' in answer)) return answer;
  const metadata = store.read().discovery?.authorizationServerMetadata;
  validateAuthorizationResponseIssuer({
    iss: answer.iss,
    expectedIssuer: metadata?.issuer,
    issParameterSupported: metadata?.authorization_response_iss_parameter_supported === true,
  });
  throw new Error(answer.refusal);
}

/**
 * Prints the login address. Without PKCE a leaked code would be enough to log in, and an address with another
 * scheme may be anything (basic/authorization, Authorization Code Protection; security best practices).
 *
 * @throws Error if the address must not be opened
 */
function invite(serverName: string, address: URL, metadata: AuthorizationServerMetadata | undefined): void {
  if (!/^https?:$/.test(address.protocol))
    throw new Error(`its login address is not a web page: ${address.protocol}`);
  if (metadata && !metadata.code_challenge_methods_supported?.includes('S256'))
    throw new Error('its authorization server does not say that it supports PKCE with S256');
  print(`open this address to log in to ${serverName}:\n\n  ${address}\n`);
}

function loginFailed(serverName: string, cause: unknown, redact: Redact): GatewayError {
  if (cause instanceof GatewayError) {
    const { code, message, hint, place } = cause;
    return new GatewayError(code, redact(message), { hint: hint && redact(hint), place });
  }
  const why = redact(cause instanceof Error ? cause.message : String(cause));
  const hint = `${fixOf(why)}; then: npx hive login ${serverName}`;
  return new GatewayError('LOGIN_FAILED', `the login to ${serverName} failed: ${why}`, { hint });
}

const OWN_CLIENT =
  'register a client there and write `oauth: { clientId: … }` in its entry, or set a key in `headers`';

/** A server must name its resource exactly as its URL stands in the entry (RFC 9728, 3.3). */
export function fixOf(why: string): string {
  const resource = /^Protected resource (https?:\S+) does not match/.exec(why)?.[1];
  if (resource !== undefined) return `write url: ${resource} in its entry, as the server names itself`;
  if (/regist|client_id|invalid_client|unauthorized_client/i.test(why)) return OWN_CLIENT;
  if (/access_denied/.test(why)) return 'allow the access in the browser';
  if (/invalid_scope/.test(why)) return 'write scopes that it knows: `oauth: { scopes: […] }` in its entry';
  if (/cannot be reached/.test(why)) return 'wait until it answers';
  return `if it accepts only known clients, ${OWN_CLIENT}`;
}

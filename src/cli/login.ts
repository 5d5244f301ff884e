import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  type AuthorizationServerMetadata,
  auth,
  validateAuthorizationResponseIssuer,
} from '@modelcontextprotocol/client';
import { readEnvironment } from '../config/environment.ts';
import { loadStack } from '../config/load.ts';
import { GatewayError } from '../errors.ts';
import type { UnsetVariable } from '../model/desired.ts';
import { resolveReferences } from '../model/references.ts';
import { openStateDir } from '../runtime/memory/state-dir.ts';
import { challengeOptions } from '../runtime/oauth/authorizer.ts';
import { type OAuthClient, resolveClient } from '../runtime/oauth/client.ts';
import { openCredentials } from '../runtime/oauth/credentials.ts';
import { loginFetch } from '../runtime/oauth/login-fetch.ts';
import { type LoginStore, openLogin } from '../runtime/oauth/login-store.ts';
import { createProvider } from '../runtime/oauth/provider.ts';
import { type Answer, openCallback } from './login/callback.ts';
import { connectControl } from './stack/control-client.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';

/**
 * Logs in at a remote server by OAuth 2.1 with PKCE (MCP basic/authorization): prints the address, waits for the browser to
 * come back, keeps the tokens for this user alone, and lets a running gateway connect anew.
 *
 * @throws GatewayError SERVER_UNKNOWN, VARIABLE_UNSET, LOGIN_FAILED
 */
export async function login(serverName: string, options: ConfigOption): Promise<void> {
  const { url, client, redirectPort, unset, store, socket } = await findTarget(serverName, options);
  if (unset) throw unsetError(serverName, unset);
  const state = randomBytes(16).toString('base64url');
  const callback = await openCallback(state, redirectPort);
  // A client that registered itself did so for one address: this one is another.
  store.save({ client: undefined, discovery: undefined });
  const provider = createProvider({
    url,
    login: store,
    client,
    redirectUrl: callback.url,
    state,
    onRedirect: (address) => invite(serverName, address, store.read().discovery?.authorizationServerMetadata),
  });
  const request = {
    serverUrl: url,
    ...challengeOptions(store.read()),
    fetchFn: loginFetch(url, client),
  };
  try {
    const result = await auth(provider, { ...request, forceReauthorization: true });
    if (result === 'REDIRECT') await auth(provider, { ...request, ...codeOf(await callback.answer, store) });
  } catch (cause) {
    throw loginFailed(serverName, cause);
  } finally {
    callback.close();
  }
  process.stdout.write(`logged in at ${serverName}\n`);
  await reconnect(socket, serverName);
}

/**
 * The code that the browser brought. The words of a refusal are shown only when they are those of the authorization server that was asked
 * (basic/authorization, Authorization Response Validation); for a code the SDK looks at that itself.
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
 * Shows where to log in, unless the authorization server cannot be trusted with it: without PKCE a code that leaks is enough, and an
 * address that is no web page may be anything (basic/authorization, Authorization Code Protection; security best practices).
 */
function invite(serverName: string, address: URL, metadata: AuthorizationServerMetadata | undefined): void {
  if (!/^https?:$/.test(address.protocol))
    throw new Error(`its login address is no web page: ${address.protocol}`);
  if (metadata && !metadata.code_challenge_methods_supported?.includes('S256'))
    throw new Error('its authorization server does not say that it supports PKCE with S256');
  process.stdout.write(`open this address to log in at ${serverName}:\n\n  ${address}\n\n`);
}

/** Forgets the tokens of a server. */
export async function logout(serverName: string, options: ConfigOption): Promise<void> {
  const { store, socket } = await findTarget(serverName, options);
  const had = store.forget();
  process.stdout.write(had ? `logged out of ${serverName}\n` : `there was no login at ${serverName}\n`);
  if (had) await reconnect(socket, serverName);
}

interface Target {
  readonly url: string;
  readonly client: OAuthClient;
  readonly redirectPort: number | undefined;
  readonly unset: UnsetVariable | undefined;
  readonly store: LoginStore;
  readonly socket: string;
}

async function findTarget(serverName: string, options: ConfigOption): Promise<Target> {
  const file = stackFile(options);
  const values = await readEnvironment(file, process.env);
  const { servers } = await loadStack(file, values);
  const remote = servers.filter((server) => server.type === 'remote');
  const server = remote.find((it) => it.serverName === serverName);
  if (!server) {
    const names = remote.map((it) => it.serverName).join(', ') || 'none';
    throw new GatewayError('SERVER_UNKNOWN', `there is no remote server ${serverName} to log in at`, {
      hint: `remote servers of this stack: ${names}`,
    });
  }
  const state = openStateDir(file);
  const url = resolveReferences(server.url, values);
  const client = resolveClient(server.oauth, values);
  return {
    url,
    client,
    redirectPort: server.oauth?.redirectPort,
    unset: server.unset[0],
    store: openLogin(openCredentials(join(state.path, 'oauth')), url, client),
    socket: state.socket,
  };
}

async function reconnect(socket: string, serverName: string): Promise<void> {
  const control = await connectControl(socket);
  if (!control) return;
  await control
    .restart(serverName)
    .catch((error: GatewayError) => process.stderr.write(`${error.message}\n`));
  await control.close();
}

const unsetError = (serverName: string, { variable, place }: UnsetVariable): GatewayError =>
  new GatewayError('VARIABLE_UNSET', `\${${variable}} is not set, and ${serverName} uses it`, {
    hint: `set ${variable} in the environment, or in .env beside the file`,
    place,
  });

function loginFailed(serverName: string, cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new GatewayError('LOGIN_FAILED', `the login at ${serverName} failed: ${why}`, {
    hint: `try again: npx hive login ${serverName}; a server that takes no unknown clients needs \`oauth: { clientId: … }\` in its entry`,
    cause,
  });
}

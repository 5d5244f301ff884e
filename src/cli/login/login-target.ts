/** The remote server that `hive login` and `hive logout` mean, with its stored login. */

import { basename, join } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { processFiles } from '../../files/process-files.ts';
import type { RemoteServer } from '../../model/desired.ts';
import { resolveReferences } from '../../model/references.ts';
import type { OpenNetwork } from '../../runtime/network/fetch-over.ts';
import { openNetwork } from '../../runtime/network/network.ts';
import { type OAuthClient, resolveClient } from '../../runtime/oauth/client.ts';
import { openCredentials } from '../../runtime/oauth/credentials.ts';
import { type LoginStore, openLogin } from '../../runtime/oauth/login-store.ts';
import { readSecretFiles } from '../../secrets/read-secret-files.ts';
import { createRedact, type Redact } from '../../secrets/redact.ts';
import { secretValues } from '../../secrets/secret-values.ts';
import { connectControl } from '../stack/control-client.ts';
import { missingServer } from '../stack/missing-server.ts';
import { readConfig, unsetError } from '../stack/read-config.ts';
import { type ConfigOption, stackFile } from '../stack/stack-file.ts';
import { openState } from '../stack/state.ts';
import { printError } from '../terminal/print.ts';

export interface LoginTarget {
  readonly serverName: string;
  readonly url: string;
  readonly client: OAuthClient;
  /** Port of the address that the browser returns to; undefined for any free port. */
  readonly redirectPort: number | undefined;
  /** For the first variable of the server's entry that is not set. */
  readonly unset: GatewayError | undefined;
  readonly store: LoginStore;
  /** How the server and its authorization server are reached. */
  readonly network: OpenNetwork;
  /** Hides the secrets of the server's entry: servers and issuers quote what they were sent. */
  readonly redact: Redact;
  /** Lets a running gateway use the changed login. A failure is printed. */
  reconnect(): Promise<void>;
}

/**
 * @param command for the error if no server was named
 * @throws ConfigError, GatewayError SERVER_UNKNOWN, USAGE
 */
export async function findLoginTarget(
  serverName: string | undefined,
  options: ConfigOption,
  command: 'login' | 'logout',
): Promise<LoginTarget> {
  const file = stackFile(options);
  const { stack, values } = await readConfig(file);
  const remote = stack.servers.filter(isRemote);
  if (serverName === undefined)
    throw missingServer(
      command,
      remote.map((it) => it.serverName),
    );
  const server = remoteServer(serverName, remote);
  const { url: written, oauth, unset } = server;
  const secretFiles = await readSecretFiles([server], values, processFiles);
  const state = await openState(file);
  const url = resolveReferences(written, values);
  const client = resolveClient(oauth, values);
  return {
    serverName,
    url,
    client,
    redirectPort: oauth?.redirectPort,
    unset: unset[0] && unsetError(serverName, unset[0], basename(file)),
    redact: createRedact(secretValues([server], values, secretFiles)),
    network: () => openNetwork(server, values),
    store: openLogin(openCredentials(join(state.path, 'oauth')), url, client),
    reconnect: () => reconnect(state.socket, serverName),
  };
}

const isRemote = (server: { readonly type: string }): server is RemoteServer => server.type === 'remote';

function remoteServer(serverName: string, remote: readonly RemoteServer[]): RemoteServer {
  const server = remote.find((it) => it.serverName === serverName);
  if (server) return server;
  const names = remote.map((it) => it.serverName).join(', ') || 'none';
  const hint = remote[0]
    ? `npx hive login ${remote[0].serverName} (remote servers of this stack: ${names})`
    : 'this stack has no remote server: the others need no login';
  throw new GatewayError('SERVER_UNKNOWN', `there is no remote server ${serverName} to log in to`, { hint });
}

async function reconnect(socket: string, serverName: string): Promise<void> {
  const control = await connectControl(socket);
  if (!control) return;
  await control
    .restart(serverName)
    .catch((error: GatewayError) => printError(`${error.message}\n  fix: ${error.hint ?? 'npx hive ps'}`));
  await control.close();
}

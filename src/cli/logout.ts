/** `hive logout`: deletes the login to a remote server. */
import { findLoginTarget } from './login/login-target.ts';
import type { ConfigOption } from './stack/stack-file.ts';
import { print } from './terminal/print.ts';

/** @throws ConfigError, GatewayError SERVER_UNKNOWN */
export async function logout(serverName: string, options: ConfigOption): Promise<void> {
  const { store, reconnect } = await findLoginTarget(serverName, options);
  const wasLoggedIn = store.forget();
  print(wasLoggedIn ? `logged out of ${serverName}` : `there was no login to ${serverName}`);
  if (wasLoggedIn) await reconnect();
}

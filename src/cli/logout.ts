/** `hive logout`: deletes the login to a remote server. */
import { findLoginTarget } from './login/login-target.ts';
import type { ConfigOption } from './stack/stack-file.ts';
import { print } from './terminal/print.ts';

/** @throws ConfigError, GatewayError SERVER_UNKNOWN, USAGE */
export async function logout(named: string | undefined, options: ConfigOption): Promise<void> {
  const { serverName, store, reconnect } = await findLoginTarget(named, options, 'logout');
  const wasLoggedIn = store.forget();
  print(wasLoggedIn ? `logged out of ${serverName}` : `there was no login to ${serverName}`);
  if (wasLoggedIn) await reconnect();
}

/** `hive logout`: deletes the login to a remote server. */
import { findLoginTarget } from './login/login-target.ts';
import type { ConfigOption } from './stack/stack-file.ts';

/** @throws ConfigError, GatewayError SERVER_UNKNOWN */
export async function logout(serverName: string, options: ConfigOption): Promise<void> {
  const { store, reconnect } = await findLoginTarget(serverName, options);
  const wasLoggedIn = store.forget();
  process.stdout.write(
    wasLoggedIn ? `logged out of ${serverName}\n` : `there was no login to ${serverName}\n`,
  );
  if (wasLoggedIn) await reconnect();
}

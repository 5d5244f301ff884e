/** The part of the saved credentials that belongs to one login. */
import { isMachine, type OAuthClient } from './client.ts';
import type { Credentials, LoginParts, SavedLogin } from './credentials.ts';

export interface LoginStore {
  /** Identifies the login: the same for all servers and connections that use it. */
  readonly key: string;
  /** Waits until the disk of the saved login answers. @throws GatewayError STATE_FAILED */
  answer(): Promise<void>;
  read(): SavedLogin;
  /** Merges the parts into the saved ones. */
  save(parts: LoginParts): void;
  /** Removes the login. False if it had no tokens. */
  forget(): boolean;
}

/**
 * Opens the login of a client at a server. A person's login belongs to the server's URL alone. A client that
 * logs in by itself has a login of its own for each grant and set of scopes, so that no entry gets the
 * permissions of another one.
 */
export function openLogin(credentials: Credentials, url: string, client: OAuthClient): LoginStore {
  const { grant, clientId, scopes, assertion, idp } = client;
  const key = isMachine(client)
    ? JSON.stringify([url, grant, clientId, scopes, assertion, idp?.tokenEndpoint, idp?.clientId])
    : url;
  return {
    key,
    answer: () => credentials.answer(key),
    read: () => credentials.read(key),
    save: (parts) => credentials.save(key, parts),
    forget: () => credentials.forget(key),
  };
}

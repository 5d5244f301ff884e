/** One saved login, by the key under which it is stored. */
import { isMachine, type OAuthClient } from './client.ts';
import type { Credentials, Saved } from './credentials.ts';

/** The saved parts of one login. */
export interface LoginStore {
  /** Equal for all users of the login. */
  readonly key: string;
  read(): Saved;
  /** Merges parts. An undefined part is removed. */
  save(parts: { readonly [Part in keyof Saved]: Saved[Part] | undefined }): void;
  /** False if there were no tokens. */
  forget(): boolean;
}

/**
 * A person's login belongs to the URL alone. Clients that log in by themselves each have a login of their own there, and
 * one for each set of scopes: the rights of one client must not pass to another.
 */
export function openLogin(credentials: Credentials, url: string, client: OAuthClient): LoginStore {
  const { grant, clientId, scopes, assertion, idp } = client;
  const key = isMachine(client)
    ? JSON.stringify([url, grant, clientId, scopes, assertion, idp?.tokenEndpoint, idp?.clientId])
    : url;
  return {
    key,
    read: () => credentials.read(key),
    save: (parts) => credentials.save(key, parts),
    forget: () => credentials.forget(key),
  };
}

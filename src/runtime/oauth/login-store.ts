import { isMachine, type OAuthClient } from './client.ts';
import type { Credentials, Saved } from './credentials.ts';

/** What one login left behind. */
export interface LoginStore {
  /** The same for everyone who uses this login. */
  readonly key: string;
  read(): Saved;
  /** Merges: an undefined part is forgotten. */
  save(parts: { readonly [Part in keyof Saved]: Saved[Part] | undefined }): void;
  /** False when there was nothing. */
  forget(): boolean;
}

/**
 * A person's login belongs to the address. Clients of the file each have their own there: what one of them may do is not for
 * another, nor for the same one where it asks for less.
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

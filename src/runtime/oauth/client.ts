/** The OAuth client that Hive is at an authorization server, from `oauth` of a server's entry. */
import { readFileSync } from 'node:fs';
import { GatewayError } from '../../errors.ts';
import type { OAuthClientSettings, SecretSource } from '../../model/desired.ts';
import { resolveReferences, type Values } from '../../model/references.ts';

/** A secret, or the file that holds it. The file is read at each use, since renewals of it are not announced. */
export type ClientSecret = { readonly text: string } | { readonly file: string };

/** `oauth` of an entry, with its secrets resolved. */
export interface OAuthClient extends Omit<OAuthClientSettings, 'privateKey' | 'assertion'> {
  readonly privateKey?: ClientSecret;
  readonly assertion?: ClientSecret;
}

export function resolveClient(settings: OAuthClientSettings = {}, values: Values): OAuthClient {
  const { privateKey, assertion, idp, ...rest } = settings;
  return {
    ...withSecret(rest, values),
    ...(idp ? { idp: withSecret(idp, values) } : {}),
    ...(privateKey ? { privateKey: resolveSource(privateKey, values) } : {}),
    ...(assertion ? { assertion: resolveSource(assertion, values) } : {}),
  };
}

function withSecret<T extends { readonly clientSecret?: string }>(client: T, values: Values): T {
  const { clientSecret } = client;
  return clientSecret === undefined
    ? client
    : { ...client, clientSecret: resolveReferences(clientSecret, values) };
}

function resolveSource(source: SecretSource, values: Values): ClientSecret {
  return 'file' in source ? source : { text: values[source.environment] ?? '' };
}

/** The text of the secret. @throws GatewayError LOGIN_FAILED if its file cannot be read */
export function readSecret(secret: ClientSecret): string {
  if ('text' in secret) return secret.text;
  try {
    return readFileSync(secret.file, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code;
    throw new GatewayError('LOGIN_FAILED', `${secret.file} cannot be read: ${why}`, {
      hint: `let the user that runs Hive read ${secret.file}`,
      cause,
    });
  }
}

/** True if the client gets tokens without a person. */
export const isMachine = ({ grant }: OAuthClient): boolean =>
  grant === 'client_credentials' || grant === 'jwt_bearer';

/** Who Hive is at an authorization server, as an entry's `oauth` says. */
import { readFileSync } from 'node:fs';
import { GatewayError } from '../../errors.ts';
import type { OAuthClientSettings, SecretSource } from '../../model/desired.ts';
import { resolveReferences, type Values } from '../../model/references.ts';

/** A secret, or the file that holds it: that one is read whenever it is used, as whatever renews it tells nobody. */
export type ClientSecret = { readonly text: string } | { readonly file: string };

/** The entry's `oauth`, with its secrets. */
export interface OAuthClient extends Omit<OAuthClientSettings, 'privateKey'> {
  readonly privateKey?: ClientSecret;
}

export function resolveClient(settings: OAuthClientSettings = {}, values: Values): OAuthClient {
  const { clientSecret, privateKey, ...rest } = settings;
  return {
    ...rest,
    ...(clientSecret === undefined ? {} : { clientSecret: resolveReferences(clientSecret, values) }),
    ...(privateKey ? { privateKey: resolveSource(privateKey, values) } : {}),
  };
}

function resolveSource(source: SecretSource, values: Values): ClientSecret {
  return 'file' in source ? source : { text: values[source.environment] ?? '' };
}

/** @throws GatewayError LOGIN_FAILED */
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

/** Does a client get tokens without a person? */
export const isMachine = ({ grant }: OAuthClient): boolean => grant === 'client_credentials';

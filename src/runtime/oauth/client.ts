/** Hive's identity at an authorization server, as the `oauth` key of an entry describes it. */
import { GatewayError } from '../../errors.ts';
import { FileFault } from '../../files/fault.ts';
import { MAX_SECRET_BYTES } from '../../files/limits.ts';
import { processFiles } from '../../files/process-files.ts';
import { defined } from '../../model/collections/defined.ts';
import type { OAuthClientSettings, SecretSource } from '../../model/desired.ts';
import { resolveReferences, type Values } from '../../model/references.ts';

/**
 * A secret, or the file that holds it. The file is read at each use, since it may be renewed without notice.
 */
export type ClientSecret = { readonly text: string } | { readonly file: string };

/** The `oauth` settings of an entry, with the secrets resolved. */
export interface OAuthClient extends Omit<OAuthClientSettings, 'privateKey' | 'assertion'> {
  readonly privateKey?: ClientSecret;
  readonly assertion?: ClientSecret;
}

export function resolveClient(settings: OAuthClientSettings = {}, values: Values): OAuthClient {
  const { privateKey, assertion, idp, ...rest } = settings;
  return defined({
    ...withSecret(rest, values),
    idp: idp && withSecret(idp, values),
    privateKey: privateKey && resolveSource(privateKey, values),
    assertion: assertion && resolveSource(assertion, values),
  });
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

/** @throws GatewayError LOGIN_FAILED if the file cannot be read */
export async function readSecret(secret: ClientSecret): Promise<string> {
  if ('text' in secret) return secret.text;
  try {
    return await processFiles.text(secret.file, MAX_SECRET_BYTES);
  } catch (cause) {
    const why = cause instanceof FileFault ? cause.message : (cause as NodeJS.ErrnoException).code;
    throw new GatewayError('LOGIN_FAILED', `${secret.file} cannot be read: ${why}`, {
      hint: `give the user that runs Hive permission to read ${secret.file}, a regular file`,
      cause,
    });
  }
}

/** True for a client that gets tokens without a person. */
export const isMachine = ({ grant }: OAuthClient): boolean =>
  grant === 'client_credentials' || grant === 'jwt_bearer';

/** Authenticates a client at a token endpoint by a signature in place of a secret. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { AddClientAuthentication } from '@modelcontextprotocol/client';
import { GatewayError } from '../../errors.ts';
import { type ClientSecret, readSecret } from './client.ts';

/**
 * Makes the SDK's hook that signs token requests (private_key_jwt: RFC 7523, SEP-1046), with the first
 * algorithm of the key that the authorization server supports.
 * @throws GatewayError LOGIN_FAILED, when the hook is called, if the secret is not such a key
 */
export function keyAuthentication(clientId: string, secret: ClientSecret): AddClientAuthentication {
  return async (headers, params, url, metadata) => {
    // Loaded when first needed: most stacks have no login.
    const { createPrivateKeyJwtAuth } = await import('@modelcontextprotocol/client');
    const key = await readKey(secret);
    const supported = metadata?.token_endpoint_auth_signing_alg_values_supported;
    const algorithms = algorithmsOf(key);
    const alg = algorithms.find((it) => supported?.includes(it)) ?? algorithms[0];
    if (alg === undefined)
      throw keyError(secret, `cannot sign tokens, since its type is ${key.asymmetricKeyType}`);
    const privateKey = { ...key.export({ format: 'jwk' }) };
    const sign = createPrivateKeyJwtAuth({ issuer: clientId, subject: clientId, privateKey, alg });
    await sign(headers, params, url, metadata);
    // Optional by RFC 7521, 4.2, but some authorization servers require it.
    params.set('client_id', clientId);
  };
}

async function readKey(secret: ClientSecret): Promise<KeyObject> {
  const text = (await readSecret(secret)).trim();
  try {
    return text.startsWith('{')
      ? createPrivateKey({ key: JSON.parse(text), format: 'jwk' })
      : createPrivateKey(text);
  } catch {
    // Without the cause, which may quote the key.
    throw keyError(secret, 'is not a private key in PEM or JWK without a passphrase');
  }
}

const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};
const RSA = ['RS256', 'PS256', 'RS384', 'PS384', 'RS512', 'PS512'];

/** Algorithms with which a key can sign (RFC 7518, 3.1), the most widely supported first. */
function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly string[] {
  if (asymmetricKeyType === 'rsa') return RSA;
  if (asymmetricKeyType === 'ed25519') return ['EdDSA', 'Ed25519'];
  return [CURVES[asymmetricKeyDetails?.namedCurve ?? ''] ?? []].flat();
}

function keyError(secret: ClientSecret, what: string): GatewayError {
  const name = 'file' in secret ? secret.file : 'the value of its variable';
  const command = 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256';
  return new GatewayError('LOGIN_FAILED', `${name} ${what}`, {
    hint: `store the private key of the client there; ${command} makes one`,
  });
}

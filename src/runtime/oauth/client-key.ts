/** Client authentication by a signature in place of a secret. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { AddClientAuthentication } from '@modelcontextprotocol/client';
import { GatewayError } from '../../errors.ts';
import { type ClientSecret, readSecret } from './client.ts';

/**
 * Authenticates the client at a token endpoint by a signed JWT (private_key_jwt: RFC 7523, SEP-1046). Of the key's
 * algorithms, the first one that the authorization server supports is used.
 * @returns a function that throws GatewayError LOGIN_FAILED if the key cannot be used
 */
export function keyAuthentication(clientId: string, secret: ClientSecret): AddClientAuthentication {
  return async (headers, params, url, metadata) => {
    // Loaded when first needed: most stacks never log in anywhere.
    const { createPrivateKeyJwtAuth } = await import('@modelcontextprotocol/client');
    const key = readKey(secret);
    const supported = metadata?.token_endpoint_auth_signing_alg_values_supported;
    const algorithms = algorithmsOf(key);
    const alg = algorithms.find((it) => supported?.includes(it)) ?? algorithms[0];
    if (alg === undefined)
      throw keyError(secret, `is of a kind that cannot sign tokens: ${key.asymmetricKeyType}`);
    const privateKey = { ...key.export({ format: 'jwk' }) };
    const sign = createPrivateKeyJwtAuth({ issuer: clientId, subject: clientId, privateKey, alg });
    await sign(headers, params, url, metadata);
    // Optional by RFC 7521, 4.2, but some servers require it.
    params.set('client_id', clientId);
  };
}

function readKey(secret: ClientSecret): KeyObject {
  const text = readSecret(secret).trim();
  try {
    return text.startsWith('{')
      ? createPrivateKey({ key: JSON.parse(text), format: 'jwk' })
      : createPrivateKey(text);
  } catch {
    // Without the cause: it may quote the key.
    throw keyError(secret, 'is not a private key in PEM or JWK without a passphrase');
  }
}

const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};
const RSA = ['RS256', 'PS256', 'RS384', 'PS384', 'RS512', 'PS512'];

/** Algorithms of a key (RFC 7518, 3.1), the best known first. */
function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly string[] {
  if (asymmetricKeyType === 'rsa') return RSA;
  if (asymmetricKeyType === 'ed25519') return ['EdDSA', 'Ed25519'];
  return [CURVES[asymmetricKeyDetails?.namedCurve ?? ''] ?? []].flat();
}

const MAKE_KEY = 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256';

function keyError(secret: ClientSecret, what: string): GatewayError {
  const name = 'file' in secret ? secret.file : 'the value of its variable';
  return new GatewayError('LOGIN_FAILED', `${name} ${what}`, {
    hint: `put the private key of the client there; to make one: ${MAKE_KEY}`,
  });
}

/** Tokens bound to a key (DPoP: RFC 9449; SEP-1932, a draft). */
import type { DpopSession } from '@modelcontextprotocol/client';
import type { CryptoKey, JWK } from 'jose';
import type { Saved } from './credentials.ts';
import type { LoginStore } from './login-store.ts';

/** Supported by every authorization server with DPoP, and the SDK's own choice. */
const ALG = 'ES256';

/**
 * True if tokens must be bound to this user's key, so that a leaked token is useless. Only if the server asks for that:
 * many authorization servers could bind tokens for servers that do not understand them.
 */
export const wantsDpop = ({ challenge, discovery, tokens }: Saved): boolean =>
  isBound(tokens) ||
  challenge?.dpop === true ||
  discovery?.resourceMetadata?.dpop_bound_access_tokens_required === true;

export const isBound = (tokens: Saved['tokens']): boolean => tokens?.token_type.toLowerCase() === 'dpop';

/** Proofs by the login's key, which is made if there is none. */
export async function openDpop(login: LoginStore): Promise<DpopSession> {
  // Loaded when first needed: most servers want none of this.
  const [{ DpopSession }, jose] = await Promise.all([import('@modelcontextprotocol/client'), import('jose')]);
  let jwk = login.read().dpopKey;
  if (!jwk) {
    jwk = await makeKey();
    login.save({ dpopKey: jwk });
  }
  const { d: _secret, ...publicJwk } = jwk;
  const [privateKey, publicKey] = await Promise.all([
    jose.importJWK(jwk, ALG),
    jose.importJWK(publicJwk, ALG),
  ]);
  const thumbprint = await jose.calculateJwkThumbprint(publicJwk);
  return DpopSession.create({
    keyPair: { privateKey: keyOf(privateKey), publicKey: keyOf(publicKey), publicJwk, thumbprint, alg: ALG },
  });
}

async function makeKey(): Promise<JWK> {
  const { exportJWK, generateKeyPair } = await import('jose');
  const { privateKey } = await generateKeyPair(ALG, { extractable: true });
  return exportJWK(privateKey);
}

function keyOf(key: CryptoKey | Uint8Array): CryptoKey {
  if (key instanceof Uint8Array) throw new TypeError('a symmetric key has no public half');
  return key;
}

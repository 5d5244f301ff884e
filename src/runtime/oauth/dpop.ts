import type { DpopSession } from '@modelcontextprotocol/client';
import type { CryptoKey, JWK } from 'jose';
import type { Saved } from './credentials.ts';
import type { LoginStore } from './login-store.ts';

/** The one that every authorization server of this kind takes, and the SDK's own choice. */
const ALG = 'ES256';

/**
 * Tokens bound to a key that only this user has (RFC 9449; SEP-1932, a draft): one that leaks is of no use. Only where the server
 * asks for it: many an authorization server could, for servers that then would not know what to do with such a token.
 */
export const wantsDpop = ({ challenge, discovery, tokens }: Saved): boolean =>
  isBound(tokens) ||
  challenge?.dpop === true ||
  discovery?.resourceMetadata?.dpop_bound_access_tokens_required === true;

export const isBound = (tokens: Saved['tokens']): boolean => tokens?.token_type.toLowerCase() === 'dpop';

/** Proofs by the key that belongs to this login's tokens, which is made when there is none. */
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
  if (key instanceof Uint8Array) throw new TypeError('this is no key of a pair');
  return key;
}

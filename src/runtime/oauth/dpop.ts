/** Tokens that are bound to a key, and the proofs of possession of that key (RFC 9449; SEP-1932, a draft). */
import type { DpopSession } from '@modelcontextprotocol/client';
import type { CryptoKey, JWK } from 'jose';
import type { SavedLogin } from './credentials.ts';
import type { LoginStore } from './login-store.ts';

/** The algorithm that every authorization server with such tokens supports. The SDK uses it as well. */
const ALG = 'ES256';

/**
 * True if tokens should be bound to a key that only this user has, which makes a leaked token useless. Only
 * if the server asks for it: many authorization servers could issue such tokens for servers that would not
 * understand them.
 */
export const wantsDpop = ({ challenge, discovery, tokens }: SavedLogin): boolean =>
  isBound(tokens) ||
  challenge?.dpop === true ||
  discovery?.resourceMetadata?.dpop_bound_access_tokens_required === true;

export const isBound = (tokens: SavedLogin['tokens']): boolean => tokens?.token_type.toLowerCase() === 'dpop';

/** Keeps the proof session of one login open, until a new login brings another key. */
export class Proofs {
  readonly #login: LoginStore;
  #open: { readonly key: JWK | undefined; readonly session: Promise<DpopSession> } | undefined;

  constructor(login: LoginStore) {
    this.#login = login;
  }

  /** @param saved what the login has saved now */
  session({ dpopKey }: SavedLogin): Promise<DpopSession> {
    if (this.#open?.key?.x !== dpopKey?.x) this.#open = undefined;
    this.#open ??= { key: dpopKey, session: openDpop(this.#login) };
    return this.#open.session;
  }
}

/** Opens a session that makes proofs with the key of the login. A login without a key gets one. */
export async function openDpop(login: LoginStore): Promise<DpopSession> {
  // Loaded when first needed: most servers want no bound tokens.
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
  if (key instanceof Uint8Array) throw new TypeError('the saved key is symmetric');
  return key;
}

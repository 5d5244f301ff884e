/** The tokens of the file, as principals with what they may use. Made once for each settings object. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Access } from '../../model/access/access.ts';
import type { Principal } from '../../model/caller.ts';
import type { AuthSettings, TokenGrant } from '../../model/stack.ts';
import { DEFAULT_TOKEN_ROLE } from '../../policy/decide.ts';

interface Entry {
  readonly digest: Buffer;
  readonly principal: Principal;
  readonly access: Access;
}

export class TokenTable {
  readonly #entries: readonly Entry[];
  readonly #byPrincipal: ReadonlyMap<Principal, Entry>;

  constructor({ tokens, grants = {} }: AuthSettings) {
    this.#entries = Object.entries(tokens).map(([name, hex]) => {
      const grant = Object.hasOwn(grants, name) ? grants[name] : undefined;
      return {
        digest: Buffer.from(hex, 'hex'),
        principal: principalOf(name, hex, grant),
        access: Object.freeze({ kind: 'token', role: DEFAULT_TOKEN_ROLE, ...grant }),
      };
    });
    this.#byPrincipal = new Map(this.#entries.map((it) => [it.principal, it]));
  }

  /** The principal of the token with that digest. Compares in constant time. */
  find(digest: Buffer): Principal | undefined {
    return this.#entries.find((it) => timingSafeEqual(digest, it.digest))?.principal;
  }

  /** Undefined for a principal that is none of a present token. */
  accessOf(principal: Principal): Access | undefined {
    return this.#byPrincipal.get(principal)?.access;
  }
}

/**
 * The credential and what it gives are part of the principal: what a token has open ends when the name gets
 * another digest, role or list.
 */
function principalOf(name: string, hex: string, grant: TokenGrant | undefined): Principal {
  const principal = `token:${name}:${hex.toLowerCase()}`;
  if (!grant) return principal;
  const given = JSON.stringify([grant.role, grant.servers, grant.tools]);
  return `${principal}.${createHash('sha256').update(given).digest('hex').slice(0, 16)}`;
}

/** What a caller may use: its role, and the servers and tools of its token. */
import type { Role } from './role.ts';

/** Found out at each request; the same object as long as the settings stay the same. */
export interface Access {
  /**
   * `owner`: this user's own commands. `open`: a client of a gateway that asks nobody for credentials.
   * `token`: the holder of a token.
   */
  readonly kind: 'owner' | 'open' | 'token';
  readonly role: Role;
  /** Names or `*` patterns of servers; absent for all. */
  readonly servers?: readonly string[];
  /** Names or `*` patterns of tools, as `/mcp` lists them; absent for all. */
  readonly tools?: readonly string[];
}

export const OWNER: Access = Object.freeze({ kind: 'owner', role: 'admin' });
export const OPEN: Access = Object.freeze({ kind: 'open', role: 'use' });

/** What a tool of a built-in server needs. Tools of other servers need the role `use`. */
export interface ToolRole {
  /** Least role of a caller. */
  readonly needs: Role;
  /** Highest role that the entry of the built-in server grants. */
  readonly grant: Role;
}

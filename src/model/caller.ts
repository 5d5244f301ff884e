/** The client behind a request. Goes with every request from the edge to the server's link. */
import type { Access } from './access/access.ts';
import type { Era } from './era.ts';

/**
 * `token:NAME:SHA256` of a token in the config, `sub:ISSUER SUBJECT` of an access token, `local` for this
 * user's own commands, or `''` without authentication.
 */
export type Principal = string;

/** The principal of this user's own commands. */
export const LOCAL: Principal = 'local';

/**
 * A legacy session, modern request or modern stream has one such object; it is never copied or changed on its
 * way.
 */
export interface Caller {
  readonly principal: Principal;
  /** Id of the legacy session, or of the one modern request or stream. Unique among all callers. */
  readonly sessionId: string;
  readonly era: Era;
  /** JSON text of the client's declared capabilities, as far as servers may use them; absent for none. */
  readonly capabilities?: string | undefined;
  /** Name of the catalog view that the caller sees; `''` for the whole catalog. */
  readonly profile: string;
  /** What it may use; absent for a client of a gateway that asks nobody for credentials. */
  readonly access?: Access | undefined;
  /** The client's own name for itself, shortened; absent if it gives none. */
  readonly client?: string | undefined;
}

/** The principal without what only machines compare: `NAME` of a token, the subject of an access token. */
export function principalName(principal: Principal): string {
  if (principal.startsWith('token:')) return principal.slice('token:'.length, principal.lastIndexOf(':'));
  return principal.startsWith('sub:') ? principal.slice(principal.indexOf(' ') + 1) : principal;
}

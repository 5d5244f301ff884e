/** Who asks: goes with every request from the edge to the server. */
import type { Era } from './era.ts';

/** `token:NAME`, `sub:SUBJECT` of an access token, `local` for this user's own commands, or `''` where nobody has to say. */
export type Principal = string;

export interface Caller {
  readonly principal: Principal;
  /** A legacy session's id, or the id of one modern request or stream, which belongs to no session. */
  readonly sessionId: string;
  readonly era: Era;
  /** JSON text of what the client can be asked; absent for a client that can be asked nothing. */
  readonly capabilities?: string;
  /** Name of the view that this caller sees; `''` for the whole catalog. */
  readonly profile: string;
}

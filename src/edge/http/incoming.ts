/** An HTTP request of an MCP client, after authentication. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../../model/access/access.ts';
import type { Principal } from '../../model/caller.ts';
import type { Outbox } from './outbox.ts';

export interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the URL names: `''` for all servers, a server's name, or that of a view (`viewScope`). */
  readonly scope: string;
  readonly principal: Principal;
  /** What the principal may use. */
  readonly access?: Access | undefined;
  /** Takes the large answers. */
  readonly outbox: Outbox;
}

/** The response of a request, and what sends on it. */
export type Outgoing = Pick<Incoming, 'response' | 'principal' | 'outbox'>;

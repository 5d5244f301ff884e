/** An HTTP request of an MCP client, after authentication. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../../model/caller.ts';

export interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** `''` for all servers, else the one server that the URL names. */
  readonly scope: string;
  readonly principal: Principal;
}

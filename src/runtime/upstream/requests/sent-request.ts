/** A request on its way to a server, under the id that it has on this connection. */
import type { Caller } from '../../../model/caller.ts';
import type { CallRequest } from '../../../model/calls.ts';
import type { Json } from '../../../model/text/json.ts';

export interface SentRequest {
  readonly id: number;
  readonly request: CallRequest;
  /** Absent for a request of the gateway itself. */
  readonly caller: Caller | undefined;
  /** JSON text of the client's own progress token, if it sent one. */
  readonly token: Json | undefined;
}

/** Why a client of that principal and scope may no longer be served; undefined if it may. */
export type WhyOver = (principal: Principal, scope: string) => string | undefined;

/** The clients of one protocol era, as servers and the gateway reach them. */
import type { Principal } from '../../model/caller.ts';
import type { Reply, ServerNotification, ServerRequest } from '../../model/calls.ts';
import type { CatalogChange } from '../../model/catalog-reader.ts';

export interface Clients {
  /** Passes on a server's notification to the clients that it is for; false if another era may have them. */
  notify(notification: ServerNotification): boolean;
  /**
   * Passes on a notification about a followed resource or task, if a client of this era has that session id.
   */
  notifyFollower(sessionId: string, notification: ServerNotification): void;
  /**
   * Sends a server's request to a client, and resolves with its answer; undefined if no client here has that
   * session id.
   */
  ask(request: ServerRequest): Promise<Reply> | undefined;
  /** Announces changed lists to the clients that see them. */
  catalogChanged(change: CatalogChange): void;
  /** Ends everything that is open of the clients that may no longer be served. */
  expel(whyOver: WhyOver): void;
  /** Ends the streams, which would keep the port open, and refuses further ones. Answers may finish. */
  endStreams(): void;
  close(): void;
}

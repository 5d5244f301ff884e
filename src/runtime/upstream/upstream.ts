/** A live MCP connection from the gateway to one server, as the rest of the runtime uses it. */
import type { GatewayError } from '../../errors.ts';
import type { Caller } from '../../model/caller.ts';
import type { Call, CallRequest, ServerNotification } from '../../model/calls.ts';
import type { Inventory, ListKind } from '../../model/catalog.ts';
import type { Clock } from '../../model/clock.ts';
import type { Era } from '../../model/era.ts';
import type { Json } from '../../model/text/json.ts';
import type { ExitFacts, Link, LinkEvents } from '../links/link.ts';
import type { UpstreamLimits } from './limits.ts';
import type { OutputListener } from './output/server-output.ts';
import type { TaskUse } from './requests/running-tasks.ts';
import type { AnswerServer } from './server-requests.ts';

export interface UpstreamOptions extends UpstreamLimits, OutputListener {
  readonly serverName: string;
  /**
   * Opens the link. Called once, or a second time if the server exits because it was probed for its era. The
   * upstream closes every link.
   */
  readonly open: (events: LinkEvents) => Promise<Link>;
  readonly clock: Clock;
  /** Notifications that the upstream does not handle itself, as it does progress and changes of lists. */
  readonly onNotification: (notification: ServerNotification) => void;
  /** Called when a list differs from before, but not for the first inventory. */
  readonly onInventory: (inventory: Inventory) => void;
  /** Called once if the connection ends without having been closed. */
  readonly onClosed: (error: GatewayError, facts: ExitFacts) => void;
  /**
   * Called once if the server refuses what was agreed on in the handshake. The owner must open another
   * connection, and close this one when nothing is in flight on it any more.
   */
  readonly onStale: (error: GatewayError) => void;
  /** Called when a start takes longer than usual, with what it waits for; undefined when that is over. */
  readonly onSlowStart?: (what: string | undefined) => void;
  /**
   * JSON text: capabilities of the one client that the connection is for. Absent for a connection that
   * clients share.
   */
  readonly capabilities?: string;
  /** Absent if the server's requests must be refused. */
  readonly onRequest?: AnswerServer;
  /** The era found at an earlier start, which is tried first. */
  readonly remembered?: Era | undefined;
  /**
   * Connects in the legacy era or not at all: for a server that is known to be modern and may have both. The
   * start throws `NoLegacyEra` if it does not have that one.
   */
  readonly isLegacyOnly?: boolean | undefined;
  /** The inventory is known from another connection: legacy lists are not read. */
  readonly callsOnly?: boolean;
  /** Aborts the start. */
  readonly signal?: AbortSignal;
}

export interface UpstreamCalls {
  /** @param caller absent for requests of the gateway itself */
  call(request: CallRequest, caller?: Caller): Call;
}

export interface UpstreamLists {
  readonly inventory: Inventory;
  /** Undefined if the list may be used as it is; else resolves when it may. Never rejects. */
  revalidate(kind: ListKind): Promise<void> | undefined;
}

export interface UpstreamSessions {
  readonly tasks: TaskUse;
  /** Forgets what is kept for the session. */
  endSession(sessionId: string): void;
  /** Passes a client's notification on; `params` is JSON text. Failures are ignored. */
  notify(method: string, params?: Json): void;
}

export interface UpstreamHealth {
  /** Calls in flight. */
  readonly inFlight: number;
  /** True if the server has sent a message since the last time this was called. */
  wasHeard(): boolean;
  /** True if the server answers within `timeoutMs`. Never rejects. */
  ping(timeoutMs: number): Promise<boolean>;
  /** Sets a known problem of the server, which is quoted when a call times out; undefined clears it. */
  setTrouble(trouble: string | undefined): void;
}

export interface UpstreamLife {
  readonly kind: Link['kind'];
  readonly pid: number | undefined;
  /** The era that the start has found; undefined if there was nothing to find. */
  readonly learned: Era | undefined;
  setLimits(limits: UpstreamLimits): void;
  /**
   * Resolves once nothing is in flight, or after `timeoutMs`.
   * @param isWithTasks waits for running tasks as well
   */
  drain(timeoutMs: number, isWithTasks?: boolean): Promise<void>;
  /** Settles everything in flight with errors and closes the link. Idempotent. */
  close(graceMs: number): Promise<void>;
}

/** A connection that one session or one call has for itself. */
export type OwnedUpstream = UpstreamCalls &
  UpstreamSessions &
  Pick<UpstreamLists, 'inventory'> &
  Pick<UpstreamLife, 'drain' | 'close'>;

export interface Upstream
  extends UpstreamCalls,
    UpstreamLists,
    UpstreamSessions,
    UpstreamHealth,
    UpstreamLife {}

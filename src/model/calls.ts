/** Calls to servers, and what servers send back: the interface between edge and runtime. */
import type { Caller, Principal } from './caller.ts';
import type { Era } from './era.ts';
import type { Json } from './text/json.ts';
import type { Latency } from './watch/latency.ts';

/**
 * A server's answer. `json` is the untouched text of `result`, or of the JSON-RPC `error` object. `era` is
 * `modern` for the answer of a modern server to a modern caller: it has what that era requires of a result
 * (`resultType`), which may be `input_required`. `isUndone`: the server provably did not process the request,
 * and has been reconnected since. `said`: which members the result has on which modern clients act, as the
 * wire numbers them; absent if nobody has looked.
 */
export type Reply =
  | { readonly kind: 'result'; readonly json: Json; readonly era?: Era; readonly said?: number }
  | { readonly kind: 'error'; readonly json: Json; readonly era?: Era; readonly isUndone?: boolean };

/** One request on its way to a server. Its caller travels beside it. */
export interface CallRequest {
  readonly method: string;
  /**
   * JSON text of `params`, with the server's own names in it. The progress token is still the client's, and
   * the `_meta` of a modern caller is as it came.
   */
  readonly params?: Json | undefined;
  /** What it names, as the client knows it; `CallRecord.target` has what may stand here. */
  readonly target?: string | undefined;
  /** Receives JSON text of a progress notification's `params`, with the client's own token in it. */
  readonly onProgress?: ((params: Json) => void) | undefined;
  /** Receives other notifications (log messages) that the server provably sent for this request. */
  readonly onNotification?: ((method: string, params: Json | undefined) => void) | undefined;
  /** Sends the caller a request of the server. Absent for modern callers, which answer by calling again. */
  readonly ask?: AskCaller | undefined;
  /** Least severe log level that the caller wants. Absent for modern callers, whose `_meta` has it. */
  readonly logLevel?: string | undefined;
}

/** Sends a request to one client. Never rejects. */
export type AskCaller = (method: string, params: Json | undefined, signal: AbortSignal) => Promise<Reply>;

export interface Call {
  /** Never rejects: failures (timeout, crash, no such server) are JSON-RPC errors with cause and fix. */
  readonly reply: Promise<Reply>;
  /** Cancels the request at the server, and settles `reply` with an error. May be called at any time. */
  cancel(reason?: string): void;
}

/** A call whose reply is known. */
export const settled = (reply: Reply): Call => ({ reply: Promise.resolve(reply), cancel: () => {} });

/** Sends one request to a server by name. */
export type CallServer = (serverName: string, request: CallRequest, caller: Caller) => Call;

/** One step of a call's way to its server: answers the call itself, or passes it to `next`. */
export type CallLayer = (next: CallServer) => CallServer;

/** A server's request to the client of one session: sampling, elicitation, roots. */
export interface ServerRequest {
  readonly serverName: string;
  readonly sessionId: string;
  readonly method: string;
  /** JSON text. */
  readonly params?: Json;
  /** Aborted when the server withdraws the request, or is gone. */
  readonly signal: AbortSignal;
}

/**
 * Sends a server's request to its client. Never rejects: a client that cannot be asked is a JSON-RPC error.
 */
export type AskClient = (request: ServerRequest) => Promise<Reply>;

/** Passes a client's notification on to the connections that belong to its session. */
export type NotifyServers = (sessionId: string, method: string, params?: Json) => void;

/**
 * Sets log levels, by names of RFC 5424 severities. `own` is the level of this session; `least` is the least
 * severe level that any session wants, absent if that stays as it is.
 */
export type SetLogLevel = (sessionId: string, own: string, least?: string) => void;

/** The server on which a task of the caller runs; undefined if the caller has no such task. */
export type TaskServer = (caller: Caller, taskId: string) => string | undefined;

/** Calls to one server since the gateway started. */
export interface CallTally {
  readonly inFlight: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Of those that succeeded: results by which a tool says that it failed. */
  readonly toolErrors: number;
  /** By method; `other` for methods that Hive does not know. */
  readonly latencies: ReadonlyMap<string, Latency>;
  /** Time that answered calls took, in all. */
  readonly milliseconds: number;
}

/** A server's notification. `params` is its untouched JSON text. */
export interface ServerNotification {
  readonly serverName: string;
  readonly method: string;
  readonly params?: Json;
  /** Set if the server's process belongs to this session alone: no other client may get the notification. */
  readonly sessionId?: string;
  /** Set if the connection serves clients of this era alone. */
  readonly era?: Era;
  /**
   * Session ids of the callers that follow the resource or task it is about; absent for other notifications.
   */
  readonly followers?: ReadonlySet<string>;
  /**
   * Clients whose calls the connection has carried: a log message may hold something of each. Absent for
   * other notifications.
   */
  readonly users?: ReadonlySet<Principal>;
}

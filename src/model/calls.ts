/** Calls to servers, and what servers send back: the interface between edge and runtime. */
import type { Caller } from './caller.ts';
import type { Era } from './era.ts';

/**
 * An answer as it came: `json` is the untouched text of `result`, or of the JSON-RPC `error` object. A
 * `modern` one has what that era asks of a result (`resultType`, also `input_required`); only requests of
 * that era get one. `isUndone`: the request has certainly done nothing at its server, which is connected
 * anew: it may be made once more.
 */
export type Reply =
  | { readonly kind: 'result'; readonly json: Buffer; readonly era?: Era }
  | { readonly kind: 'error'; readonly json: Buffer; readonly era?: Era; readonly isUndone?: boolean };

/** One request on its way to a server. Its caller travels beside it. */
export interface CallRequest {
  readonly method: string;
  /**
   * JSON text of `params`, with the server's own names in it. The progress token is still the client's, and
   * the `_meta` of a modern caller is as it came.
   */
  readonly params?: Buffer | undefined;
  /** Receives JSON text of a progress notification's `params`, with the client's own token in it. */
  readonly onProgress?: ((params: Buffer) => void) | undefined;
  /** Receives other notifications (log messages) that the server provably sent for this request. */
  readonly onNotification?: ((method: string, params: Buffer | undefined) => void) | undefined;
  /** Sends the caller a request of the server. Absent for modern callers, which answer by calling again. */
  readonly ask?: AskCaller | undefined;
  /** Least severe log level that the caller wants. Absent for modern callers, whose `_meta` has it. */
  readonly logLevel?: string | undefined;
}

/** Sends a request to one client. Never rejects. */
export type AskCaller = (method: string, params: Buffer | undefined, signal: AbortSignal) => Promise<Reply>;

export interface Call {
  /** Never rejects: failures (timeout, crash, no such server) are JSON-RPC errors with cause and fix. */
  readonly reply: Promise<Reply>;
  /** Tells the server, and settles `reply` with an error. Safe to call at any time. */
  cancel(reason?: string): void;
}

/** A call whose reply is known. */
export const settled = (reply: Reply): Call => ({ reply: Promise.resolve(reply), cancel: () => {} });

/** Sends one request to a server by name. */
export type CallServer = (serverName: string, request: CallRequest, caller: Caller) => Call;

/** One step of a call's way to its server: answers the call itself, or passes it to `next`. */
export type CallLayer = (next: CallServer) => CallServer;

/** A request of a server to the client on whose behalf it works. */
export interface ServerRequest {
  readonly serverName: string;
  readonly sessionId: string;
  readonly method: string;
  readonly params?: Buffer;
  /** Aborted when the server withdraws it, or is gone. */
  readonly signal: AbortSignal;
}

/** Never rejects: a client that cannot be asked is a JSON-RPC error. */
export type AskClient = (request: ServerRequest) => Promise<Reply>;

/** Passes a client's notification on to the connections that belong to its session. */
export type TellServers = (sessionId: string, method: string, params?: Buffer) => void;

/**
 * `own` is the level that this session set, `least` the least severe that any session wants, absent where
 * that stays as it is: names of RFC 5424 severities.
 */
export type SetLogLevel = (sessionId: string, own: string, least?: string) => void;

/** The server on which a task of the caller runs; undefined if the caller has no such task. */
export type TaskServer = (caller: Caller, taskId: string) => string | undefined;

/** Calls to one server since the gateway started. */
export interface CallTally {
  readonly inFlight: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Time that answered calls took, in all. */
  readonly milliseconds: number;
}

/** A notification of a server, for every client that listens. `params` is its untouched text. */
export interface ServerNotification {
  readonly serverName: string;
  readonly method: string;
  readonly params?: Buffer;
  /** Set when the server's process belongs to this session alone: nobody else may hear it. */
  readonly sessionId?: string;
  /**
   * Session ids of the callers that follow the resource or task it is about; absent for all other
   * notifications.
   */
  readonly followers?: ReadonlySet<string>;
}

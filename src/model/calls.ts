import type { Era } from './era.ts';

/**
 * An answer as it came: `json` is the untouched text of `result`, or of the JSON-RPC `error` object. A `modern` one has what that
 * era asks of a result (`resultType`, also `input_required`); only requests of that era get one. `isUndone`: the request has certainly
 * done nothing at its server, which is connected anew: it may be made once more.
 */
export type Reply =
  | { readonly kind: 'result'; readonly json: Buffer; readonly era?: Era }
  | { readonly kind: 'error'; readonly json: Buffer; readonly era?: Era; readonly isUndone?: boolean };

export interface CallRequest {
  readonly method: string;
  /** Text of `params`, already with the server's own names in it; the progress token is still the client's. */
  readonly params?: Buffer;
  /** The session of a legacy client; a modern request belongs to none. */
  readonly sessionId?: string;
  /** Which era's client asks; legacy when absent. The `_meta` of a modern one is in `params`, as it came. */
  readonly era?: Era;
  /** Gets the text of a progress notification's `params`, with the client's own token back in place. */
  readonly onProgress?: (params: Buffer) => void;
  /** Gets other notifications that the server certainly sent for this request (log messages); where it cannot be told, nobody does. */
  readonly onNotification?: (method: string, params: Buffer | undefined) => void;
}

export interface Call {
  /** Never rejects: failures (timeout, crash, no such server) are JSON-RPC errors with cause and fix. */
  readonly reply: Promise<Reply>;
  /** Tells the server, and settles `reply` with an error. Safe to call at any time. */
  cancel(reason?: string): void;
}

/**
 * Sends one request of a session to a server by name. The session matters where it has a connection of its own: by the server's
 * `isolation`, or over HTTP when its client has `capabilities` (JSON text, absent for none), so that the server can ask it back.
 */
export type CallServer = (
  serverName: string,
  request: CallRequest,
  sessionId: string,
  capabilities?: string,
) => Call;

/** What a server asks of the client for whose session alone it works. */
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
 * `own` is the level that this session set, `least` the least severe that any session wants, absent where that stays as it is: names of
 * RFC 5424 severities.
 */
export type SetLogLevel = (sessionId: string, own: string, least?: string) => void;

/** What a server says unasked, to whoever listens: `params` is its untouched text. */
export interface ServerNotification {
  readonly serverName: string;
  readonly method: string;
  readonly params?: Buffer;
  /** Set when the server's process belongs to this session alone: nobody else may hear it. */
  readonly sessionId?: string;
}

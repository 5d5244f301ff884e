/** Every JSON-RPC and MCP error code that Hive sends or recognizes, in one table. */

/**
 * The specifications' codes come first, then Hive's own. MCP asks for new codes outside -32768 to -32000
 * (2026-07-28, basic/index, Error Codes). A code never changes its meaning. Errors with a code of Hive's own
 * carry the `GatewayError` code in `data.code` as well.
 */
export const RPC = {
  /** JSON-RPC: the message is not valid JSON. */
  PARSE_ERROR: -32_700,
  /** JSON-RPC: the JSON is not a valid request. */
  INVALID_REQUEST: -32_600,
  /** JSON-RPC: the method does not exist. */
  METHOD_NOT_FOUND: -32_601,
  /** JSON-RPC: the params are invalid. In the modern era also "no such resource" and "no such task". */
  INVALID_PARAMS: -32_602,
  /** JSON-RPC: internal error. */
  INTERNAL: -32_603,
  /** JSON-RPC: the first code reserved for servers; here any refusal without a code of its own. */
  SERVER_ERROR: -32_000,
  /** The SDKs' code for a request whose session the server does not know. */
  SESSION_NOT_FOUND: -32_001,
  /** Legacy era: no such resource (2025-11-25, server/resources, Error Handling). */
  RESOURCE_NOT_FOUND: -32_002,
  /**
   * Legacy era: the client must open a URL first (2025-11-25, client/elicitation,
   * URLElicitationRequiredError).
   */
  URL_ELICITATION_REQUIRED: -32_042,
  /** Modern era: HTTP headers and body of a request differ (2026-07-28, basic/index, Error Codes). */
  HEADER_MISMATCH: -32_020,
  /** Modern era: the request needs a capability that the client has not declared. */
  CLIENT_CAPABILITY_MISSING: -32_021,
  /** Modern era: the server does not have this protocol version; `data.supported` lists those it has. */
  UNSUPPORTED_VERSION: -32_022,
  /** The server exited, or its connection broke or was closed, before it answered. */
  SERVER_GONE: -31_001,
  /** No answer in time. */
  CALL_TIMEOUT: -31_002,
  /** The gateway or its client withdrew the call. */
  CALL_CANCELLED: -31_003,
  /** The answer was larger than the limit and was dropped. */
  ANSWER_TOO_LARGE: -31_004,
  /** Too many calls in flight to this server. */
  SERVER_BUSY: -31_005,
  /** The server is not up: it is starting, has failed, or cannot run here; the message says which. */
  NOT_SERVING: -31_006,
  /** The server asked its client for input within an answer and did not get it. */
  ASK_FAILED: -31_007,
  /** The server needs a capability that this client has not declared, or that its protocol version lacks. */
  CAPABILITY_MISSING: -31_008,
  /** The server does not notify of changes to that resource. */
  NOT_SUBSCRIBED: -31_009,
  /** The caller's role does not allow the request; `data.needs` is the role that does. */
  ROLE_TOO_LOW: -31_010,
} as const;

/** Codes that only servers of the modern era use: any of them proves the era. */
export const MODERN_ONLY: ReadonlySet<unknown> = new Set([
  RPC.HEADER_MISMATCH,
  RPC.CLIENT_CAPABILITY_MISSING,
  RPC.UNSUPPORTED_VERSION,
]);

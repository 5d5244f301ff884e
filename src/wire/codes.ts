/**
 * JSON-RPC error codes of our own. MCP wants new ones outside -32768 to -32000 (2026-07-28, basic/index, Error Codes); a code never
 * changes its meaning. `data.code` of each such error carries the GatewayError code as well.
 */
export const RPC = {
  /** JSON-RPC's own: the method is not there. */
  METHOD_NOT_FOUND: -32_601,
  /** The server exited, or its connection broke or was closed, before it answered. */
  SERVER_GONE: -31_001,
  /** No answer in time. */
  CALL_TIMEOUT: -31_002,
  /** Somebody on our side withdrew the call. */
  CALL_CANCELLED: -31_003,
  /** The answer was larger than the limit and was dropped. */
  ANSWER_TOO_LARGE: -31_004,
  /** Too many calls in flight to this server. */
  SERVER_BUSY: -31_005,
  /** The server is not up: it starts, failed, or cannot run here; the message says which. */
  NOT_SERVING: -31_006,
  /** The server asked for something of the client within its answer, and did not get it. */
  ASK_FAILED: -31_007,
  /** The server needs what this client has not declared, or its protocol version does not have. */
  CAPABILITY_MISSING: -31_008,
  /** The server does not tell of changes of that resource. */
  NOT_SUBSCRIBED: -31_009,
} as const;

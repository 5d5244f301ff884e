/** The JSON-RPC error objects of servers, read with care. */

export interface RpcError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly data?: {
    readonly supported?: unknown;
    readonly uri?: unknown;
    readonly requiredCapabilities?: unknown;
    /** What one of our links says of an answer that was no MCP message. */
    readonly status?: unknown;
    readonly session?: unknown;
    readonly code?: unknown;
  };
}

/** Whatever a server sends as one: members may be missing, or anything. */
export function readError(json: Buffer): RpcError {
  const value: unknown = JSON.parse(json.toString());
  return typeof value === 'object' && value !== null ? (value as RpcError) : {};
}

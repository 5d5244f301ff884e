/** JSON-RPC error objects of servers, whose members may be missing or of any type. */
import type { Json } from '../../../model/text/json.ts';

export interface RpcError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly data?: {
    readonly supported?: unknown;
    readonly uri?: unknown;
    readonly requiredCapabilities?: unknown;
    /** HTTP status, from a link that got an answer which is not an MCP message. */
    readonly status?: unknown;
    /** `over`, from a link whose session the server has forgotten. */
    readonly session?: unknown;
    /** `none`, from a link whose request was refused by a 401 that asks for no login. */
    readonly challenge?: unknown;
    readonly code?: unknown;
  };
}

/** Never throws for valid JSON text. */
export function readError(json: Json): RpcError {
  const value: unknown = JSON.parse(json.toString());
  return typeof value === 'object' && value !== null ? (value as RpcError) : {};
}

/** Finished calls as people see them: who called what, how long it took and how it ended. */
/**
 * `ok`: a result. `tool_error`: a result by which a tool says that it failed. `cancelled`, `timeout`: the
 * client or the gateway gave up. `lost`: the server ended or its connection broke. `error`: any other
 * JSON-RPC error.
 */
export const OUTCOMES = ['ok', 'tool_error', 'error', 'cancelled', 'timeout', 'lost'] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** One request that was on its way to a server. Nothing of its arguments or its result. */
export interface CallRecord {
  /** 1, 2, …: in the order in which calls ended. */
  readonly seq: number;
  /** Unix milliseconds of its beginning. */
  readonly at: number;
  /** Milliseconds with three decimals until its reply: waiting for a server to start included. */
  readonly ms: number;
  /** The client's own name for itself; empty if it gives none. */
  readonly client: string;
  /**
   * Who was authenticated; empty without authentication. People see its name alone, as `principalName` has
   * it.
   */
  readonly principal: string;
  readonly era: 'legacy' | 'modern';
  readonly server: string;
  readonly method: string;
  /**
   * The tool or prompt as clients name it, or a listed URI or template. Of other URIs only the scheme, since
   * they may hold arguments. Empty if the method names nothing.
   */
  readonly target: string;
  /** Of the params. */
  readonly bytesIn: number;
  /** Of the result, or of the error. */
  readonly bytesOut: number;
  readonly outcome: Outcome;
  /** Of a JSON-RPC error. */
  readonly code?: number;
}

/** Which calls are wanted; what is absent selects nothing out. */
export interface CallFilter {
  readonly servers?: readonly string[] | undefined;
  /** Whole, as callers have it: names may be shared. */
  readonly principal?: string | undefined;
  /** A target. */
  readonly tool?: string | undefined;
  /** An outcome, or `failed` for all but `ok`. */
  readonly outcome?: Outcome | 'failed' | undefined;
}

/** True if the filter lets the call through. */
export function isWanted(call: CallRecord, filter: CallFilter): boolean {
  const { servers = [], tool, principal, outcome: wanted } = filter;
  const { outcome } = call;
  if (servers.length > 0 && !servers.includes(call.server)) return false;
  if (tool !== undefined && tool !== call.target) return false;
  if (principal !== undefined && principal !== call.principal) return false;
  return wanted === undefined || (wanted === 'failed' ? outcome !== 'ok' : outcome === wanted);
}

/** The newest of the calls that the filter lets through, in their order. */
export function newest(calls: readonly CallRecord[], filter: CallFilter, count: number): CallRecord[] {
  const wanted = calls.filter((call) => isWanted(call, filter));
  return wanted.slice(Math.max(0, wanted.length - count));
}

/** Options and limits of single calls. */

export interface CallOptions {
  /** Replaces the configured timeouts; 0 means none. */
  readonly timeoutMs?: number | undefined;
  /** HTTP headers of this one message; other links ignore them. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * The request may last as long as the connection: it does not count as in flight, and `drain` ignores it.
   */
  readonly background?: boolean;
  /** The request asks for log messages. Servers of the modern era send none without that. */
  readonly wantsLogs?: boolean;
}

export interface CallLimits {
  /** Milliseconds without an answer or progress. */
  readonly callMs: number;
  /** Milliseconds in all, whatever progress is reported. */
  readonly callMaxMs: number;
  /** Calls that may be in flight at once. */
  readonly maxInFlight: number;
}

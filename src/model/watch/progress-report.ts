/** How far a request has come, for the client that waits for it. */

/** MCP progress: `progress` must increase from one report to the next. */
export interface ProgressReport {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

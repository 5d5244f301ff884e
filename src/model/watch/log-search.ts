/** Searches in the logs of servers: what is asked, and what is found. */

/** RFC 5424 severities, least severe first (server/utilities/logging). */
export const MCP_LEVELS = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
] as const;

/** From the least to the most severe: the levels of MCP, and `trace`. Their index is their rank, from 1. */
export const LEVELS = ['trace', ...MCP_LEVELS] as const;

export type LogLevel = (typeof LEVELS)[number];

/** An entry of a log; a stack trace is one, with its lines. */
export interface FoundLine {
  /** Unix milliseconds. */
  readonly at: number;
  readonly serverName: string;
  readonly stream: 'stderr' | 'noise' | 'hive';
  readonly text: string;
  /** The level that it names; absent if it names none. */
  readonly level?: LogLevel;
}

export interface LogSearch {
  /** In the query language of docs/logs.md; absent or empty: every line. */
  readonly query?: string | undefined;
  /** Servers that the caller may see; absent: all. */
  readonly servers?: readonly string[] | undefined;
  /** Most lines of an answer. A stack trace counts as one line. */
  readonly limit: number;
  /** `older` or `newer` of an earlier answer; absent: the newest lines. */
  readonly cursor?: string | undefined;
}

export interface FoundLines {
  /** Oldest first. */
  readonly lines: readonly FoundLine[];
  /** Cursor to the lines before these; absent if all have been searched. */
  readonly older?: string;
  /** Cursor to the lines after these, which may not have been written yet. */
  readonly newer: string;
  /** True if lines after these are there already. */
  readonly hasNewer: boolean;
  /** How far the search came if it ended at its time limit; absent if it was complete. */
  readonly partial?: { readonly scanned: number; readonly of: number };
  /** True if the lines are on disk; absent for those in memory. */
  readonly onDisk?: true;
  /** What could not be searched, in words; absent for nothing. */
  readonly notes?: readonly string[];
}

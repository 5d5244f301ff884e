/** Port to a running gateway, for its operator. */

import type { AddedServers } from './added/added.ts';
import type { OperationRunner } from './operation.ts';
import type { GatewayStatus, LogEntry } from './status.ts';
import type { CallFilter, CallRecord } from './watch/call-record.ts';
import type { CapturedTexts, CaptureState } from './watch/capture.ts';
import type { FoundLines, LogSearch } from './watch/log-search.ts';
import type { SeriesQuery, ServerSeries } from './watch/series.ts';
import type { UsageReading } from './watch/usage.ts';

/** Behind the control socket, /health and /metrics. */
export interface GatewayControl {
  status(): GatewayStatus;
  /** Entries of one server, or of all. */
  logs(serverName?: string): readonly LogEntry[];
  /** As `logs`, after the entries of earlier gateways that are kept. */
  history(serverName?: string): readonly LogEntry[];
  /**
   * Finds lines on disk, or in memory if the stack keeps none on disk.
   * @throws GatewayError USAGE for a query that cannot be understood, with a line that points at the place;
   * STATE_FAILED
   */
  searchLogs(request: LogSearch): Promise<FoundLines>;
  /** Returns the function that unsubscribes, as do `onCall` and `onStatus`. */
  onLog(listener: (entry: LogEntry) => void): () => void;
  /** The newest `tail` of the kept calls that the filter lets through, oldest first. */
  calls(filter?: CallFilter, tail?: number): readonly CallRecord[];
  onCall(listener: (record: CallRecord) => void): () => void;
  readonly capture: CaptureControl;
  /**
   * What servers use, and what they did in the last minute. Read at most once a second.
   * @param limitMs longest wait for the engine: after that the figures of containers are left out
   */
  usage(limitMs?: number): Promise<UsageReading>;
  /** What one server has used and done over time. The first question begins the sampling. */
  series(query: SeriesQuery): Promise<ServerSeries>;
  onStatus(listener: () => void): () => void;
  /**
   * Text of the plan that a reload would execute now.
   *
   * @param next absolute path of another version of the config file
   * @throws ConfigError
   */
  plan(next?: string): Promise<string>;
  /** Looks again at what the image references mean. @returns the plan for what has changed */
  refresh(): Promise<string>;
  /** @throws GatewayError SERVER_UNKNOWN */
  restart(serverName: string): Promise<void>;
  /**
   * Stops a server until it is started, or until its entry is edited. Returns before it has ended.
   * @throws GatewayError SERVER_UNKNOWN
   */
  stopServer(serverName: string): void;
  /** Starts a server that was stopped, and tries a failed one again. Resolves before it is up. */
  startServer(serverName: string): Promise<void>;
  /** Restarts a server, or starts it if it was stopped. @throws GatewayError SERVER_UNKNOWN */
  restartServer(serverName: string): Promise<void>;
  /** Servers that are added while the gateway runs. */
  readonly added: AddedServers;
  /** A bearer token for commands of the user who runs the gateway. */
  localToken(): string;
  /** Drains all calls and ends the process. */
  stop(): Promise<void>;
  /** All of Hive's operations, loaded at the first use. */
  operations(): Promise<OperationRunner>;
}

/** Keeps arguments and results of calls for a while. */
export interface CaptureControl {
  /** Undefined if none runs. */
  state(): CaptureState | undefined;
  /**
   * Starts a capture, or changes the servers and the end of the one that runs.
   * @param servers names that are known; empty: all
   * @throws GatewayError USAGE
   */
  start(servers: readonly string[], ms: number): CaptureState;
  /** Ends it, and forgets everything. @returns what ran */
  stop(): CaptureState | undefined;
  /** Undefined if nothing is kept of this call. */
  of(seq: number): CapturedTexts | undefined;
}

/** A tool that clients see, as the operation `tool_list` answers and commands show it. */
export interface ToolRow {
  /** As clients call it. */
  readonly name: string;
  readonly server: string;
  /** The server's own name for it. */
  readonly own: string;
  readonly description: string;
  /** As its server says. */
  readonly readOnly: boolean;
  /** As its server says. */
  readonly destructive: boolean;
  /** Of its definition. */
  readonly bytes: number;
  /** Of its definition, about: models count differently. */
  readonly tokens: number;
  readonly inputSchema?: Readonly<Record<string, unknown>> | undefined;
}

/** Tools that clients see. */
export interface ToolList {
  /** Tools that match, also beyond the limit. */
  readonly total: number;
  readonly bytes: number;
  readonly tokens: number;
  /** By server and name. */
  readonly tools: readonly ToolRow[];
  /** Names that the limit of the view leaves out; absent without a view. */
  readonly leftOut?: readonly string[] | undefined;
}

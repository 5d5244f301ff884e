/** Port to a running gateway, for its operator. */
import type { OperationRunner } from './operation.ts';
import type { GatewayStatus, LogEntry } from './status.ts';

/** Behind the control socket, /health and /metrics. */
export interface GatewayControl {
  status(): GatewayStatus;
  /** Entries of one server, or of all. */
  logs(serverName?: string): readonly LogEntry[];
  /** Returns the function that unsubscribes, as does `onStatus`. */
  onLog(listener: (entry: LogEntry) => void): () => void;
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
  /** A bearer token for commands of the user who runs the gateway. */
  localToken(): string;
  /** Drains all calls and ends the process. */
  stop(): Promise<void>;
  /** All of Hive's operations, loaded at the first use. */
  operations(): Promise<OperationRunner>;
}

/** What the operator's side may ask of a running gateway. */
import type { OperationRunner } from './operation.ts';
import type { GatewayStatus, LogEntry } from './status.ts';

/** What the operator's side (control socket, /health, /metrics) may ask of a running gateway. */
export interface GatewayControl {
  status(): GatewayStatus;
  logs(serverName?: string): readonly LogEntry[];
  onLog(listener: (entry: LogEntry) => void): () => void;
  onStatus(listener: () => void): () => void;
  /** Text of the plan that would be executed now. */
  plan(): Promise<string>;
  restart(serverName: string): Promise<void>;
  /** A bearer token for commands of the user who runs the gateway. */
  localToken(): string;
  /** Drain everything and end the process. */
  stop(): Promise<void>;
  /** Hive's own operations, all of them; loaded at the first use. */
  operations(): Promise<OperationRunner>;
}

/** The view for people and for `--json`: what each server is doing, since when, and why. */
import type { Place } from './desired.ts';
import type { IgnoredContainer } from './observed.ts';

/**
 * `unhealthy`: it serves, but did not answer when it was asked for a sign of life. `idle`: a lazy server that
 * does not run, and starts at the next call.
 */
export type ServerState =
  | 'pending'
  | 'starting'
  | 'ready'
  | 'idle'
  | 'unhealthy'
  | 'failed'
  | 'unavailable'
  | 'draining';

export interface ServerStatus {
  readonly serverName: string;
  readonly type: 'container' | 'native' | 'remote' | 'builtin' | 'discovered';
  readonly state: ServerState;
  /** Started by calls only: nobody waits for it to be ready. */
  readonly lazy?: boolean;
  /** What is going on: "building image (4/7)", "waiting for initialize". */
  readonly detail?: string;
  /** Why it failed or is unavailable; one sentence, then the fix. */
  readonly reason?: string;
  readonly hint?: string;
  readonly code?: string;
  readonly place?: Place;
  /** Unix milliseconds of the last change of state. */
  readonly since: number;
  readonly link?: string;
  /** The MCP version spoken with it, while it serves: 2026-07-28 is the modern era. */
  readonly protocolVersion?: string;
  readonly containerId?: string;
  readonly pid?: number;
  /** What clients see of it: its filters have been applied. */
  readonly counts: {
    readonly tools: number;
    readonly resources: number;
    readonly templates: number;
    readonly prompts: number;
  };
  /** What the server printed on stdout that was not a message. */
  readonly noise: { readonly lines: number; readonly bytes: number };
  readonly restarts: number;
}

export interface GatewayStatus {
  readonly stack: string;
  readonly file: string;
  readonly url: string;
  readonly pid: number;
  readonly engine: string;
  readonly sessions: number;
  readonly servers: readonly ServerStatus[];
  /** Containers with MCP labels that are not served, and why. */
  readonly ignored: readonly IgnoredContainer[];
}

export interface LogEntry {
  /** Unix milliseconds. */
  readonly at: number;
  readonly serverName: string;
  /** `noise` is stdout that was not JSON-RPC; `hive` is what the gateway has to say about the server. */
  readonly stream: 'stderr' | 'noise' | 'hive';
  readonly text: string;
}

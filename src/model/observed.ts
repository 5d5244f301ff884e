/**
 * What is running, read once per reload. Labels are decoded here: nothing downstream touches a label string.
 */
import type { ServerLabels } from './labels.ts';

export interface Observed {
  readonly engine: EngineState;
  /** Every container with MCP labels, whoever started it. */
  readonly containers: readonly ObservedContainer[];
  /** Containers whose MCP labels are wrong. */
  readonly mislabelled: readonly IgnoredContainer[];
  /** What the gateway itself holds: one entry for each instance, new and draining ones alike. */
  readonly instances: readonly ObservedInstance[];
  /** Names of lazy servers that no client needs now and whose lists are known. */
  readonly idle: ReadonlySet<string>;
}

export type EngineState =
  | { readonly state: 'ready' }
  /** `absent`: there was none at start, native alternatives serve. `lost`: it went away and may come back. */
  | ({ readonly state: 'absent' | 'lost' } & EngineTrouble);

/** Why there is no engine, as an error tells it. */
export interface EngineTrouble {
  readonly code: EngineCode;
  readonly reason: string;
  readonly hint: string;
}

export const ENGINE_CODES = [
  'ENGINE_MISSING',
  'ENGINE_UNREACHABLE',
  'COMPOSE_MISSING',
  'BUILDX_MISSING',
  'INSTALL_FAILED',
] as const;
export type EngineCode = (typeof ENGINE_CODES)[number];

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'exited' | 'removing' | 'dead';

export interface ObservedContainer {
  readonly containerId: string;
  readonly containerName: string;
  readonly labels: ServerLabels;
  /** Compose project and service, absent when plain `docker run` made it. */
  readonly project?: string;
  readonly service?: string;
  readonly image: string;
  readonly state: ContainerState;
  /** As the engine words it: "Exited (137) 2 seconds ago". */
  readonly statusText: string;
  /** Unix milliseconds; newer wins when two containers carry the same server. */
  readonly createdAt: number;
  /** Folder on this machine that holds its FIFOs, when it was made to be linked by pipe. */
  readonly pipe?: string;
  /** Where an HTTP server can be reached from here. */
  readonly address?: { readonly host: string; readonly port: number };
}

/** A container with MCP labels that is not served, and why. */
export interface IgnoredContainer {
  readonly containerName: string;
  readonly reason: string;
}

/** How an instance runs. A `container` server without an engine may run as `native`. */
export type InstanceKind = 'container' | 'native' | 'remote' | 'builtin';

export interface ObservedInstance {
  readonly instanceId: string;
  readonly serverName: string;
  readonly kind: InstanceKind;
  readonly hash: string;
  readonly viewHash: string;
  /** Digest of the values that it was started with. */
  readonly values?: string;
  readonly fieldHashes: Readonly<Record<string, string>>;
  readonly containerId?: string;
  readonly phase: 'starting' | 'ready' | 'failed' | 'draining';
  /** Why it failed, in words. */
  readonly reason?: string;
  /**
   * True while a failed instance waits for its next attempt, and after the last one: reloads leave it alone.
   */
  readonly isBackingOff?: boolean;
}

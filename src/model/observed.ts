/**
 * The observed state: what runs, read once for each reload. Labels are decoded; no later stage reads label
 * strings.
 */
import type { ServerLabels } from './labels.ts';

export interface Observed {
  readonly engine: EngineState;
  /** Every container with valid MCP labels, whoever made it. */
  readonly containers: readonly ObservedContainer[];
  /** Containers whose MCP labels are wrong. */
  readonly mislabelled: readonly IgnoredContainer[];
  /** Every instance of the gateway, starting and draining ones included. */
  readonly instances: readonly ObservedInstance[];
  /** The file whose running gateway has the stack's name; absent if this gateway has it. */
  readonly holder?: OtherFile | undefined;
  /** Names of lazy servers that no client needs now and whose lists are known. */
  readonly idle: ReadonlySet<string>;
  /** What the image references of units mean now; a reference that the engine does not know is left out. */
  readonly images?: ReadonlyMap<string, ImageNow>;
}

/** What an image reference means on the engine. */
export interface ImageNow {
  readonly imageId: string;
  /** Why it must be built again, in words: a base image means another one now than when it was built. */
  readonly outdated?: string;
}

export type EngineState =
  | { readonly state: 'ready' }
  /**
   * `absent`: there was no engine at start, so native alternatives serve. `lost`: it went away and may come
   * back.
   */
  | ({ readonly state: 'absent' | 'lost' } & EngineTrouble);

/** Why there is no engine. */
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
  /** Compose project; absent, like `service`, for a container that Compose did not make. */
  readonly project?: string;
  readonly service?: string;
  readonly image: string;
  /** Id of the image that it was made from; absent if the engine does not say. */
  readonly imageId?: string;
  /**
   * Names of the labels that its image carries with the same value: no person's word. `unknown` if the image
   * cannot be read; absent for a container whose labels need no proof.
   */
  readonly fromImage?: readonly string[] | 'unknown';
  /** Who made it; absent for a container that does not claim this stack. */
  readonly maker?: Maker;
  /** For a container of another file: that file, as its labels say. */
  readonly madeFor?: OtherFile;
  /** True if a network that it was made for is gone: it cannot be reached, or not be started. */
  readonly isCutOff?: boolean;
  readonly state: ContainerState;
  /** In the engine's words: "Exited (137) 2 seconds ago". */
  readonly statusText: string;
  /** Unix milliseconds. Of two containers for one server, the newer one wins. */
  readonly createdAt: number;
  /** Folder on this machine with the container's FIFOs; absent unless it was made for a pipe link. */
  readonly pipe?: string;
  /** Address at which the gateway reaches an HTTP server. */
  readonly address?: { readonly host: string; readonly port: number };
}

/**
 * Who made a container that claims this stack: `this-gateway`, proven by its key; `this-file`, as Compose's
 * labels say (by an earlier version, or by plain Compose); a gateway of another file with that stack name;
 * or somebody unknown.
 */
export type Maker = 'this-gateway' | 'this-file' | 'other-file' | 'unknown';

/** Another config file with the same stack name. */
export interface OtherFile {
  /** Absolute path of the config file; of a compiled file if only that is known. */
  readonly path: string;
  /** True if `hive down -c PATH` can end that stack. */
  readonly canBeDowned: boolean;
  /** Process of its running gateway, if known. */
  readonly pid?: number;
}

/** A container with MCP labels that is not served, and why. */
export interface IgnoredContainer {
  readonly containerName: string;
  /** Compose project; absent for a container that Compose did not make. */
  readonly project?: string;
  readonly reason: string;
}

/** How an instance runs. A `container` server without an engine may run as `native`. */
export type InstanceKind = 'container' | 'native' | 'remote' | 'builtin';

/** One running version of a server, as the reconciler sees it. */
export interface ObservedInstance {
  readonly instanceId: string;
  readonly serverName: string;
  readonly kind: InstanceKind;
  readonly hash: string;
  readonly viewHash: string;
  /** Digest of the values with which the instance was started. */
  readonly values?: string;
  readonly fieldHashes: Readonly<Record<string, string>>;
  readonly containerId?: string;
  readonly phase: 'starting' | 'ready' | 'failed' | 'draining';
  /** Why the instance failed, in words. */
  readonly reason?: string;
  /**
   * True while a failed instance waits for its next attempt, and after the last one: reloads leave it alone.
   */
  readonly isBackingOff?: boolean;
}

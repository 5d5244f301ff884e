/**
 * The port to a container engine. Implementations live in `engines/`; nothing else imports an engine's
 * client library or runs its commands.
 *
 * Every method rejects with a GatewayError only: ENGINE_UNREACHABLE if the engine is absent or exceeds a time
 * limit, ENGINE_REFUSED if it answers with an error. Methods name further codes where they have any.
 */
import type { Writable } from 'node:stream';
import type { Composer } from './composer.ts';
import type { ContainerState } from './observed.ts';
import type { Usage } from './watch/usage.ts';

/**
 * Where the engine's machine is: `same-machine` shares files and processes with Hive, `vm` shares folders
 * only (Docker Desktop), `remote` shares nothing.
 */
export type EngineLocality = 'same-machine' | 'vm' | 'remote';

/** One container engine. */
export interface Engine {
  /** Address in the syntax of DOCKER_HOST; identifies the engine. */
  readonly host: string;
  readonly locality: EngineLocality;
  /** In the words of Compose: where the output of a container goes, if the engine lacks Docker's `local`. */
  readonly logging?: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  /** Compose for this engine. */
  readonly composer: Composer;

  /** All containers that carry this label, in any state. */
  containers(label: string): Promise<readonly ContainerSummary[]>;
  /** Undefined if there is no such container. */
  inspect(containerId: string): Promise<ContainerFacts | undefined>;
  /**
   * Figures of a running container, within a few seconds. Undefined if it does not run, or there is no such
   * container.
   */
  usage(containerId: string): Promise<Usage | undefined>;
  /**
   * Passes on figures of a container about once a second while it runs, also after a restart. Undefined if
   * there is no such container. The caller must close the result.
   */
  followUsage(containerId: string, onUsage: (usage: Usage) => void): Promise<UsageFeed | undefined>;
  /** Leaves a running container as it is. */
  start(containerId: string): Promise<void>;
  /** SIGTERM, the container's own grace period, SIGKILL. A stopped or missing container is no error. */
  stop(containerId: string): Promise<void>;
  /** Stops and starts. A missing container is no error. */
  restart(containerId: string): Promise<void>;
  /** Stops and removes, with anonymous volumes; named volumes stay. A missing container is no error. */
  remove(containerId: string): Promise<void>;
  /**
   * Resolves with true when the container does not run: at once if it does not run now, or is missing.
   * Resolves with false when `signal` aborts first.
   */
  untilStopped(containerId: string, signal: AbortSignal): Promise<boolean>;

  /**
   * Connects to the container's main process. Output is complete if the container has not been started yet.
   * The caller must close the result.
   */
  attach(containerId: string, options: AttachOptions, output: OutputHandlers): Promise<ContainerStreams>;
  /**
   * Starts a process in a running container. The caller must close the result; closing does not end the
   * process.
   * @throws GatewayError START_FAILED if the container exists but the command cannot be started
   */
  exec(containerId: string, spec: ExecSpec, output: OutputHandlers): Promise<ExecProcess>;
  /** Starts a process in a running container, without streams. */
  execDetached(containerId: string, spec: ExecSpec): Promise<void>;

  /** Undefined if the image is not present. */
  image(reference: string): Promise<ImageFacts | undefined>;
  /** A missing image, and an image in use, are no errors. @returns true if it has been removed */
  removeImage(reference: string): Promise<boolean>;
  /** Gives an image one more name. */
  tagImage(reference: string, name: string): Promise<void>;
  /** Ids of the images that carry this label with this value. */
  imagesWith(label: string, value: string): Promise<readonly string[]>;
  /**
   * Removes the unused networks of a Compose project: those with these names in the Compose file, or all of
   * them.
   */
  removeNetworks(project: string, names?: readonly string[]): Promise<void>;
  /** All networks, whoever made them. */
  networks(): Promise<readonly NetworkSummary[]>;
  /** The named volumes of a Compose project. */
  volumes(project: string): Promise<readonly VolumeSummary[]>;
  /** Makes a volume with these labels. One that exists stays as it is, with its labels. */
  makeVolume(volumeName: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /** Removes a volume and the data in it. @returns false if a container uses it, or there is none */
  removeVolume(volumeName: string): Promise<boolean>;

  /**
   * Reports that a container with this label may have changed, or that the engine went away or came back.
   * Reports carry a cause in words and no state: read the state again. The caller must close the result.
   *
   * @param onEnd called with each end of such a container, and each kill for memory in one; may miss some
   */
  watch(label: string, onChange: (cause: string) => void, onEnd?: (end: ContainerEnd) => void): EngineWatch;
}

/** A process in a container was killed for memory (`oom`), or the container has ended (`exit`). */
export interface ContainerEnd {
  readonly kind: 'oom' | 'exit';
  readonly containerId: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of an exit, if the engine says it. */
  readonly exitCode?: number;
}

/** Figures that are passed on as they are read. */
export interface UsageFeed {
  /** Resolves when the engine has ended it, or it was closed. Never rejects. */
  readonly ended: Promise<void>;
  close(): void;
}

export interface EngineWatch {
  close(): void;
}

/** One container of a listing. */
export interface ContainerSummary {
  readonly containerId: string;
  readonly containerName: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Reference that the container was created from. */
  readonly image: string;
  readonly imageId: string;
  readonly state: ContainerState;
  /** In the engine's words: "Exited (137) 2 seconds ago". */
  readonly statusText: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
  readonly mounts: readonly ContainerMount[];
  readonly ports: readonly PublishedPort[];
  /** `host`, `none`, `bridge` or the name of a network. */
  readonly networkMode: string;
  /** Networks that the container is connected to, or will be when it is started. */
  readonly networks: readonly NetworkSummary[];
  /** IP addresses, one per network that assigned one; present while the container runs. */
  readonly addresses: readonly string[];
}

export interface NetworkSummary {
  readonly networkId: string;
  readonly networkName: string;
}

export interface VolumeSummary {
  readonly volumeName: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ContainerMount {
  /** Path on the engine's machine. */
  readonly source: string;
  /** Path in the container. */
  readonly target: string;
}

/** A container port that is published on the engine's machine. */
export interface PublishedPort {
  readonly containerPort: number;
  readonly hostPort: number;
  /** Empty, `0.0.0.0` and `::` mean all addresses. */
  readonly hostIp: string;
}

/** The state and the configuration of one container. */
export interface ContainerFacts {
  readonly containerName: string;
  readonly imageId: string;
  readonly isRunning: boolean;
  /** Between an exit and the restart by the engine. */
  readonly isRestarting: boolean;
  /** Exit code of the last run; 0 before the first. */
  readonly exitCode: number;
  readonly isOomKilled: boolean;
  /** Why the engine could not run the container; empty if there is no such reason. */
  readonly error: string;
  /** Created with an open stdin. */
  readonly hasStdin: boolean;
  /** Created with a terminal: stdout and stderr are one stream. */
  readonly hasTerminal: boolean;
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly networkMode: string;
  /** Names of the networks that the container is connected to. */
  readonly networks: readonly string[];
}

export interface ImageFacts {
  readonly imageId: string;
  /** Labels of the image; each container made from it has them too. */
  readonly labels: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** Names that mean this image. */
  readonly tags?: readonly string[];
}

/** Receive output as it arrives; chunks may be slices of a larger buffer. */
export interface OutputHandlers {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
}

export interface AttachOptions {
  /** Connect stdin too. */
  readonly hasInput: boolean;
  /** The container has a terminal: all output goes to `stdout`. */
  readonly hasTerminal: boolean;
}

/** A connection to the streams of a process in a container. While it is paused, the process has to wait. */
export interface ContainerStreams {
  readonly stdin: Writable;
  /** Resolves after the last output, with the error that broke the connection, if any. Never rejects. */
  readonly ended: Promise<Error | undefined>;
  pause(): void;
  resume(): void;
  /** Drops the connection at once; the process goes on. */
  close(): void;
}

export interface ExecSpec {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly user?: string;
}

export interface ExecProcess extends ContainerStreams {
  /** The exit code is known a moment after `ended`. */
  state(): Promise<ExecState>;
}

/** State of an exec process; it has ended without an exit code if its container is gone. */
export type ExecState =
  | { readonly isRunning: true }
  | { readonly isRunning: false; readonly exitCode?: number };

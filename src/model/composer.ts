/** The port to Compose for one engine; its errors are those of the engine's port. */
import type { Values } from './references.ts';

/**
 * Compose for one engine: builds, pulls and creates from the compiled file. Every run has a time limit and
 * ends with Hive.
 */
export interface Composer {
  /**
   * Builds the image of one service. `onLine` receives Buildkit's plain output.
   * @throws GatewayError BUILD_FAILED
   */
  build(
    project: ComposeProject,
    service: string,
    dockerfile: Dockerfile,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Pulls the image of one service. @throws GatewayError IMAGE_NOT_FOUND */
  pull(
    project: ComposeProject,
    service: string,
    image: string,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Creates containers, without starting them, until each service has this many. Existing containers are
   * never touched, so that a new version can start beside the old one.
   * @throws GatewayError CREATE_FAILED
   */
  create(project: ComposeProject, counts: ReadonlyMap<string, number>): Promise<void>;
  /**
   * Starts the containers of one service. Needed for secrets from the environment.
   * @throws GatewayError START_FAILED
   */
  start(project: ComposeProject, service: string): Promise<void>;
  /** Version of the Compose command, as `2.26.1`; undefined if it cannot be run. */
  version(): Promise<string | undefined>;
}

export interface ComposeProject {
  readonly name: string;
  /** Names in the files of the volumes that these services use. */
  readonly volumes: readonly string[];
  /** The compiled file of the whole stack, for people. Absolute, as are all paths here. */
  readonly compiled: string;
  /** Folder that relative paths in the files start from. */
  readonly directory: string;
  /** What Compose reads: the services of this run, then Hive's run-time override. */
  readonly files: readonly [string, ...string[]];
  /** An empty file, which Compose reads in place of `.env`. */
  readonly environmentFile: string;
  /** Values for `${VAR}` references; passed as environment, never as arguments. */
  readonly values: Values;
}

/** A Dockerfile that is built; for one that the engine fetches, the place in the config that names it. */
export interface Dockerfile {
  readonly path: string;
  /** 1-based; absent for the line of the Dockerfile that fails. */
  readonly line?: number;
  /** The path as the user would type it. */
  readonly shown: string;
  readonly text: string;
}

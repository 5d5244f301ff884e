/** Servers that are added while the gateway runs. They are desired like those of the file, and outlive it. */
import type { ProgressReport } from '../watch/progress-report.ts';

/** One server of `added.yaml` in the stack's state. */
export interface AddedServer {
  readonly serverName: string;
  /** Keys of an entry under `servers`, with their references: `${VAR}`, `${secret:NAME}`. */
  readonly entry: Readonly<Record<string, unknown>>;
  readonly facts: AddedFacts;
}

/** How the entry was made, so that it can be made again with other parameters. */
export interface AddedFacts {
  /** `docker/sqlite` of the catalogue, or `agent-mcp@2` of the templates. */
  readonly source: string;
  /** Of the catalogue's entry or the template, when the server was made. */
  readonly sha256?: string | undefined;
  /** Never a secret. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Name of the principal; `local` for this user's own commands. */
  readonly by: string;
  /** RFC 3339. */
  readonly since: string;
}

export interface PutOptions {
  /** Ends the wait, and takes back a server that is not ready. */
  readonly signal: AbortSignal;
  readonly progress: (report: ProgressReport) => void;
  /** Longest wait until the server is ready; 0 for none. */
  readonly waitMs: number;
}

export interface RemoveOptions {
  /** Also the volumes that no other server uses: the data in them is lost. */
  readonly volumes?: boolean;
}

/** What is added, changed and removed here is desired from then on; the one loop does the rest. */
export interface AddedServers {
  all(): readonly AddedServer[];
  /**
   * Adds a server, or changes an added one. A server that fails to start is taken back: a new one is removed;
   * of a changed one the old entry is desired again, which has served all the while. Changes of one name wait
   * for each other. A server that needs a login stays, and is `starting`.
   *
   * When it resolves with `ready`, clients see the server's lists.
   *
   * @returns `starting` if the wait has ended before the server is ready
   * @throws GatewayError SERVER_DECLARED for a name of the file, CONFIG_INVALID for an entry that the file
   * could not have either, ADDED_FULL, VARIABLE_UNSET, or the reason why the server did not start; the reason
   * of `signal`
   */
  put(server: AddedServer, options: PutOptions): Promise<'ready' | 'starting'>;
  /**
   * Removes servers after calls under way have finished. Resolves when nothing of them runs.
   * @returns the names that were there @throws ConfigError if the file names one of them, in a view
   */
  remove(serverNames: readonly string[], options?: RemoveOptions): Promise<readonly string[]>;
  /** Text of the plan that `put` would execute. Changes nothing. @throws as `put`, before the start */
  plan(server: AddedServer): Promise<string>;
}

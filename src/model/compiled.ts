/**
 * What `compile` makes of a stack: the Compose document, and for every server what decides whether it must
 * restart.
 */
import type { DiscoveredServer, Server } from './desired.ts';

export interface Compiled {
  /** The whole text of `docker-compose.mcp.yml`, header included. Same stack, same bytes. */
  readonly yaml: string;
  readonly units: readonly Unit[];
}

/** One server and its identities: equal hashes mean that the running one may stay. */
export interface Unit {
  readonly server: Server | DiscoveredServer;
  /** Covers everything that needs a restart when it changes; hex. */
  readonly hash: string;
  /** The same by config key, so that a plan can say what changed. */
  readonly fieldHashes: Readonly<Record<string, string>>;
  /** Covers prefix, tool filters, timeouts: a change republishes, and restarts nothing. */
  readonly viewHash: string;
  /**
   * Keyed digest of the values behind its `${VAR}` references and files; set where they are known, absent
   * when there are none.
   */
  readonly values?: string;
  /** Image reference a container service runs, built or pulled. */
  readonly image?: string;
}

/**
 * The subset of the Compose specification that Hive emits; `compose:` in the config may add any other service
 * key.
 */
export interface ComposeDocument {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, unknown>>;
}

export type ComposeService = Readonly<Record<string, unknown>>;

/** Results of compiling: the Compose document, and hashes that decide which servers must restart. */
import type { DiscoveredServer, Server } from './desired.ts';

export interface Compiled {
  /** Text of the Compose file, with its header. The same stack gives the same bytes. */
  readonly yaml: string;
  readonly units: readonly Unit[];
}

/** One server with its identities. A running instance with equal hashes may stay. */
export interface Unit {
  readonly server: Server | DiscoveredServer;
  /** Hex. Covers everything whose change needs a restart. */
  readonly hash: string;
  /** A hash for each config key that `hash` covers, so that a plan can name the keys that changed. */
  readonly fieldHashes: Readonly<Record<string, string>>;
  /** Covers the view: a change republishes the server and restarts nothing. */
  readonly viewHash: string;
  /**
   * Keyed digest of the values of `${VAR}` references and files; absent if there are none, or before they are
   * known.
   */
  readonly values?: string;
  /** Reference of the image that a container server runs. */
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

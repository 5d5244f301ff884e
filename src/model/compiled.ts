/** Results of compiling: the Compose document, and hashes that decide which servers must restart. */
import type { ComposeSpecification } from 'docker-compose';
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

/** Read-only at every depth, as the stack that a document is compiled from. */
type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

type SpecifiedService = NonNullable<ComposeSpecification['services']>[string];

/**
 * The keys of a service that the Compose specification names. A key without a value is left out of the
 * document.
 */
export type ServiceKeys = {
  readonly [K in keyof SpecifiedService as string extends K ? never : K]?:
    | Frozen<SpecifiedService[K]>
    | undefined;
};

/** A service of the document. Raw `compose:` keys of the config may add any key. */
export type ComposeService = Readonly<Record<string, unknown>>;

/** The part of a Compose file that Hive emits. */
export interface ComposeDocument {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Frozen<NonNullable<ComposeSpecification['networks']>>;
  readonly volumes: Frozen<NonNullable<ComposeSpecification['volumes']>>;
  readonly secrets: Frozen<NonNullable<ComposeSpecification['secrets']>>;
}

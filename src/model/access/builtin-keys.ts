/** What entries of built-in servers say, besides what all servers have: each `use` has keys of its own. */

export type BuiltinKeys = GatewayKeys | ManagerKeys | RegistryKeys;

/** Read-only tools about the gateway: its servers with their states and reasons, and their logs. */
export interface GatewayKeys {
  readonly use: 'gateway';
}

/** Tools that create, watch, stop and remove servers in containers while the gateway runs. */
export interface ManagerKeys {
  readonly use: 'manager';
  /** Absolute folders that clients may mount into containers. */
  readonly hostPaths: readonly string[];
  readonly max: Maxima;
  /** Absolute folder with the user's own templates. */
  readonly templates?: string;
}

/** Largest values that clients get; absent for none. */
export interface Maxima {
  readonly cpus?: number;
  /** Lower case, in the units of Compose. */
  readonly memory?: string;
  readonly pids?: number;
  /** Added servers at one time. */
  readonly servers?: number;
}

/** Tools that add servers of the catalogue while the gateway runs. */
export interface RegistryKeys {
  readonly use: 'registry';
  /** Ids or `*` patterns of entries that may be added; absent for all. */
  readonly allow?: readonly string[];
  /** Ids or `*` patterns of entries that may not; takes precedence over `allow`. */
  readonly deny: readonly string[];
  /** Added servers at one time. */
  readonly maxAdded: number;
  /** True if packages may run as processes of this machine. */
  readonly native: boolean;
  readonly review: Review;
  /** Absolute folders that clients may mount into containers. */
  readonly hostPaths: readonly string[];
}

/** `ask`: the user of the client agrees to each server; `hold`: tools wait until the owner approves. */
export const REVIEWS = ['none', 'ask', 'hold'] as const;

export type Review = (typeof REVIEWS)[number];

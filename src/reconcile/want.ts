/**
 * The desired side of reconciliation: the compiled stack and what else decides which containers are served.
 */
import type { Compiled } from '../model/compiled.ts';
import type { Discover } from '../model/stack.ts';

/** Desired state for one reconciliation. */
export interface Wanted {
  readonly stackName: string;
  /** Name of the config file, as causes and hints show it. */
  readonly file: string;
  readonly compiled: Compiled;
  readonly discover: Discover;
  /** True if of discovered servers only tools that say that they read are shown. */
  readonly readOnlyDiscovered?: true | undefined;
  /** Names of the servers that the file switches off. */
  readonly off?: readonly string[];
  /** Names of the servers that a person has stopped. */
  readonly stopped?: ReadonlySet<string>;
}

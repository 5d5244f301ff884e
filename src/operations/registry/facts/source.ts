/** What the operations of `use: registry` need of the gateway and of the catalogue. */
import type { Entry, EntryProblem } from '../../../catalogue/entry/entry.ts';
import type { CatalogueSearch } from '../../../catalogue/search/search.ts';
import type { RegistryKeys } from '../../../model/access/builtin-keys.ts';
import type { AddedServers } from '../../../model/added/added.ts';
import type { CallServer } from '../../../model/calls.ts';
import type { Clock } from '../../../model/clock.ts';
import type { GatewaySource } from '../../gateway/gateway-view.ts';

export interface RegistrySource extends GatewaySource {
  readonly library: Library;
  readonly added: AddedServers;
  readonly call: CallServer;
  readonly clock: Clock;
  /**
   * Keeps a Dockerfile of that text in the state of the stack.
   * @returns its absolute path, the same for the same text
   */
  readonly keepDockerfile: (serverName: string, text: string) => string;
  /** Why that path of this machine may not be mounted; undefined if it lies in an allowed folder. */
  readonly hostPathProblem: (path: string, allowed: readonly string[]) => string | undefined;
  /** Forgets kept Dockerfiles, but for these paths. */
  readonly dropDockerfiles: (kept: ReadonlySet<string>) => void;
}

/** The built-in server that has the operations, as its entry is now. */
export interface OwnEntry extends RegistryKeys {
  readonly serverName: string;
}

/** The catalogue, read at the first use. */
export interface Library {
  open(): Promise<OpenLibrary>;
  /** Reads sources again: the named one, or all. */
  refresh(source: string | undefined, signal: AbortSignal): Promise<readonly Refreshed[]>;
}

export interface OpenLibrary {
  readonly entries: readonly Entry[];
  readonly search: CatalogueSearch;
  /** Sources that could not be read, as sentences. */
  readonly problems: readonly string[];
}

/** One source after it was read again. */
export interface Refreshed {
  readonly source: string;
  readonly entries: number;
  readonly added: number;
  readonly removed: number;
  readonly unreadable: readonly EntryProblem[];
  /** Why the source stays as it was, in words. */
  readonly error?: string;
}

/** Listings: what clients see of each server, whether it runs at the moment or not. */
import { flawsOf, type Inventory, type Listing } from '../../model/catalog.ts';
import { defined } from '../../model/collections/defined.ts';
import type { Unit } from '../../model/compiled.ts';
import type { ServerStatus } from '../../model/status.ts';
import type { KnownLists } from '../memory/known-lists.ts';
import { allChanged, changedTools } from './changed-tools.ts';
import { connectionsOf, type Instance } from './instance.ts';
import type { InstanceEvent } from './instances.ts';
import type { StatusBoard } from './status-board.ts';

/**
 * A server's listing is the inventory of its newest instance that was ready. It stays while a failed instance
 * is to be tried again. Without such an instance, the inventory of the server's last run is listed, as long
 * as the server may become ready.
 */
export interface Listings {
  /** Sets the servers that can be listed. */
  declare(units: readonly Unit[]): void;
  /** Lists a new inventory of a running instance. */
  update(instance: Instance, inventory: Inventory): void;
  /**
   * Lists for legacy clients what a running instance offers in their own era. Undefined: the same as for
   * modern ones.
   */
  updateLegacy(instance: Instance, inventory: Inventory | undefined): void;
  /** Applies a change of an instance. */
  follow(event: InstanceEvent): void;
  /** Updates the listing after a change of the server's view, or of its chance to become ready. */
  refresh(serverName: string): void;
  /** True if the server's lists are known without a connection to it. */
  isKnown(unit: Unit): boolean;
  all(): readonly Listing[];
}

export interface ListingsDeps {
  readonly board: Pick<StatusBoard, 'listed'>;
  readonly known: KnownLists;
  /** False for a server that needs a person, or cannot run here. */
  readonly mayBecomeReady: (serverName: string) => boolean;
  /** Counts what clients see of a listing. */
  readonly countOf: (listing: Listing) => ServerStatus['counts'];
  /** Called with tools that are new or other than when the server's lists were last kept. */
  readonly onChanged: (serverName: string, names: readonly string[]) => void;
  /** Called after each change. */
  readonly onListings: () => void;
}

export function createListings(deps: ListingsDeps): Listings {
  const { board, known, mayBecomeReady, countOf, onChanged, onListings } = deps;
  const declared = new Map<string, Unit>();
  const live = new Map<string, Live>();

  /** By server, since this gateway runs. */
  const changed = new Map<string, readonly string[]>();

  const listingOf = (serverName: string): Listing | undefined => {
    const running = live.get(serverName);
    if (running) return listed(running.instance.unit, running);
    const unit = declared.get(serverName);
    const inventory = unit && isKept(unit) && mayBecomeReady(serverName) ? known.of(unit) : undefined;
    return unit && inventory && listed(unit, { inventory });
  };
  const refresh = (serverName: string): void => {
    const listing = listingOf(serverName);
    const flaws = listing && flawsOf(listing.inventory);
    board.listed(serverName, listing && countOf(listing), flaws, changed.get(serverName));
    onListings();
  };
  const note = (serverName: string, names: readonly string[]): void => {
    if (names.length === 0) return;
    changed.set(serverName, allChanged(changed.get(serverName) ?? [], names));
    onChanged(serverName, names);
  };
  const update = (instance: Instance, inventory: Inventory): void => {
    const { serverName, unit } = instance;
    live.set(serverName, { instance, inventory, ...keptLegacy(live.get(serverName), instance) });
    if (isKept(unit)) note(serverName, keepLists(known, unit, inventory));
    refresh(serverName);
  };

  return {
    declare(units) {
      declared.clear();
      for (const unit of units) declared.set(unit.server.serverName, unit);
      for (const name of changed.keys()) if (!declared.has(name)) changed.delete(name);
      for (const name of declared.keys()) if (!live.has(name)) refresh(name);
      // A server that is no longer declared may have been listed from its last run.
      onListings();
    },
    update,
    updateLegacy(instance, legacy) {
      if (setLegacy(live, instance, legacy)) refresh(instance.serverName);
    },
    follow(event) {
      const { kind, instance } = event;
      if (kind === 'begun' && event.replaced) inherit(live, event.replaced, instance);
      if (kind === 'connected') update(instance, instance.state.connections.upstream.inventory);
      const isGivenUp = kind === 'failed' && instance.state.retry === 'givenUp';
      const isOver = kind === 'draining' || isGivenUp;
      if (isOver && live.get(instance.serverName)?.instance === instance) live.delete(instance.serverName);
      if (isOver || kind === 'updated') refresh(instance.serverName);
    },
    refresh,
    isKnown: (unit) => isKept(unit) && known.of(unit) !== undefined,
    all: () => [...new Set([...live.keys(), ...declared.keys()])].flatMap((name) => listingOf(name) ?? []),
  };
}

/** Keeps the lists for the next run; returns the tools that differ from the last one. */
function keepLists(known: KnownLists, unit: Unit, inventory: Inventory): readonly string[] {
  const before = known.of(unit);
  const names = before ? changedTools(before, inventory) : [];
  known.keep(unit, inventory);
  return names;
}

/** False if nothing changes, or another instance is listed. */
function setLegacy(live: Map<string, Live>, instance: Instance, legacy: Inventory | undefined): boolean {
  const last = live.get(instance.serverName);
  if (last?.instance !== instance || last.legacy === legacy) return false;
  live.set(instance.serverName, { instance, inventory: last.inventory, ...defined({ legacy }) });
  return true;
}

/** What was listed of a failed instance is listed of the one that replaces it. */
function inherit(live: Map<string, Live>, failed: Instance, next: Instance): void {
  const last = live.get(next.serverName);
  if (last?.instance === failed) live.set(next.serverName, { ...last, instance: next });
}

/** Inventories of discovered containers are not kept: their entry does not say what they run. */
function isKept({ server }: Unit): boolean {
  return server.type !== 'discovered';
}

interface Live {
  readonly instance: Instance;
  readonly inventory: Inventory;
  readonly legacy?: Inventory;
}

/** Until the connections for legacy clients are open anew, their lists are those from before. */
function keptLegacy(last: Live | undefined, instance: Instance): Pick<Live, 'legacy'> {
  const isSame = last?.instance.unit.hash === instance.unit.hash;
  return isSame && connectionsOf(instance)?.legacy ? defined({ legacy: last.legacy }) : {};
}

function listed({ server }: Unit, { inventory, legacy }: Omit<Live, 'instance'>): Listing {
  return {
    inventory,
    ...defined({ legacy }),
    view: server.view,
    isBuiltin: server.type === 'builtin',
    isDiscovered: server.type === 'discovered',
  };
}

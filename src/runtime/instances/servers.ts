/** The declared servers, their instances, and what people and clients see of them. */
import type { Clock } from '../../model/clock.ts';
import type { Unit } from '../../model/compiled.ts';
import type { KnownLists } from '../memory/known-lists.ts';
import { Instances } from './instances.ts';
import { createListings, type Listings, type ListingsDeps } from './listings.ts';
import { createStatusBoard, type StatusBoard } from './status-board.ts';
import { createStatuses, type Statuses } from './statuses.ts';

export interface ServersDeps {
  readonly clock: Clock;
  /** In [0, 1): spreads retries. */
  readonly random: () => number;
  readonly known: KnownLists;
  readonly countOf: ListingsDeps['countOf'];
  readonly onChanged: ListingsDeps['onChanged'];
  readonly onListings: () => void;
  /** True for a server that a person has stopped. */
  readonly isStopped: (serverName: string) => boolean;
}

export interface Servers {
  /** The declared servers by name. */
  readonly units: ReadonlyMap<string, Unit>;
  readonly board: StatusBoard;
  readonly instances: Instances;
  readonly statuses: Statuses;
  readonly listings: Listings;
  /** Replaces the declared servers: exactly these are shown and listed. */
  declare(units: readonly Unit[]): void;
}

export function createServers({ clock, random, known, isStopped, ...seen }: ServersDeps): Servers {
  const units = new Map<string, Unit>();
  const board = createStatusBoard(clock);
  const instances = new Instances(clock, random);
  const statuses = createStatuses(board, instances, isStopped);
  const { mayBecomeReady } = statuses;
  const listings = createListings({ board, known, mayBecomeReady, ...seen });
  // In this order: a listing depends on the state that is shown.
  instances.onEvent(statuses.follow);
  instances.onEvent(listings.follow);
  return {
    units,
    board,
    instances,
    statuses,
    listings,
    declare(next) {
      units.clear();
      for (const unit of next) units.set(unit.server.serverName, unit);
      board.declare(next);
      listings.declare(next);
    },
  };
}

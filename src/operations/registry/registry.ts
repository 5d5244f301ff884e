/** Operations by which servers of the catalogue are found, added, used and removed. */
import type { Operation } from '../../model/operation.ts';
import { registryAdd } from './add.ts';
import { registryApprove } from './approve.ts';
import { registryConfigSet } from './config-set.ts';
import { registryExec } from './exec.ts';
import type { OwnEntry, RegistrySource } from './facts/source.ts';
import type { Flights } from './flights.ts';
import { registryInfo } from './info.ts';
import { registryList } from './list.ts';
import { registryRefresh } from './refresh.ts';
import { registryRemove } from './remove.ts';
import { registrySearch } from './search.ts';

/** Of `use: registry`. @param flights of all clients, so that none adds what another is adding */
export const registryOperations = (
  source: RegistrySource,
  own: OwnEntry,
  flights: Flights,
): readonly Operation[] => [
  registrySearch(source, own),
  registryList(source, own),
  registryInfo(source, own),
  registryAdd(source, own, flights),
  registryExec(source, own),
  registryRemove(source, own),
  registryConfigSet(source, own),
  registryRefresh(source, own),
];

/** Of commands of the user who runs the gateway. */
export const registryCommands = (
  source: RegistrySource,
  own: OwnEntry,
  flights: Flights,
): readonly Operation[] => [...registryOperations(source, own, flights), registryApprove(source)];

/** Operations that create, watch, stop and remove servers in containers. */
import type { Operation } from '../../model/operation.ts';
import { listServers } from './list-servers.ts';
import type { ManagerSource } from './source.ts';
import { switches } from './switches.ts';

export const managerOperations = (source: ManagerSource): readonly Operation[] => [
  listServers(source),
  ...switches(source),
];

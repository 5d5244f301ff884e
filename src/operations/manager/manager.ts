/** Operations that create, watch, stop and remove servers in containers. */
import type { Operation } from '../../model/operation.ts';
import { createServer } from './create-server.ts';
import { getLogs } from './get-logs.ts';
import { listServers } from './list-servers.ts';
import { listTemplates } from './list-templates.ts';
import { removeServer } from './remove-server.ts';
import { serverStatus } from './server-status.ts';
import type { ManagerSource } from './source.ts';
import { switches } from './switches.ts';
import { updateServer } from './update-server.ts';

export const managerOperations = (source: ManagerSource): readonly Operation[] => [
  createServer(source),
  listServers(source),
  serverStatus(source),
  getLogs(source),
  ...switches(source),
  updateServer(source),
  removeServer(source),
  listTemplates(source),
];

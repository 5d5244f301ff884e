/** Servers that were added at run time, and can be changed and removed so. */
import { GatewayError } from '../../errors.ts';
import type { AddedServer } from '../../model/added/added.ts';
import type { Caller } from '../../model/caller.ts';
import { type ManagerSource, managedServer } from './source.ts';

/** @throws GatewayError SERVER_UNKNOWN, NOT_MANAGED */
export function addedServer(source: ManagerSource, caller: Caller, serverName: string): AddedServer {
  const found = source
    .added()
    .all()
    .find((it) => it.serverName === serverName);
  if (found) return found;
  const { place } = managedServer(source, caller, serverName);
  throw new GatewayError('NOT_MANAGED', `${serverName} is declared in the config file`, {
    hint: 'change its entry there; docker_stop_server stops it',
    place,
  });
}

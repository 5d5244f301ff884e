/** What the operations of `use: manager` need of the gateway. */
import { GatewayError } from '../../errors.ts';
import type { Caller } from '../../model/caller.ts';
import type { Clock } from '../../model/clock.ts';
import type { GatewayControl } from '../../model/operator.ts';
import type { ServerStatus } from '../../model/status.ts';
import { type GatewaySource, viewFor } from '../gateway/gateway-view.ts';
import type { Switches } from '../gateway/server-switches.ts';

export interface ManagerSource
  extends GatewaySource,
    Switches,
    Pick<GatewayControl, 'history' | 'onLog' | 'onStatus'> {
  readonly clock: Clock;
}

/** Servers that these tools show: those in containers. */
export const isContainer = ({ type }: Pick<ServerStatus, 'type'>): boolean =>
  type === 'container' || type === 'discovered';

/** Servers in containers that the caller sees. */
export const containersFor = (source: ManagerSource, caller: Caller): readonly ServerStatus[] =>
  viewFor(source, caller).status.servers.filter(isContainer);

/**
 * A server in a container that Hive made.
 * @throws GatewayError SERVER_UNKNOWN, NOT_MANAGED
 */
export function managedServer(source: ManagerSource, caller: Caller, serverName: string): ServerStatus {
  const server = shownServer(source, caller, serverName);
  if (server.type === 'container') return server;
  throw new GatewayError('NOT_MANAGED', `${serverName} is a container that Hive did not make`, {
    hint: 'change it where it was started; docker_get_server_status and docker_get_logs read it',
  });
}

/** A server in a container, whoever made it. @throws GatewayError SERVER_UNKNOWN, NOT_MANAGED */
export function shownServer(source: ManagerSource, caller: Caller, serverName: string): ServerStatus {
  const server = viewFor(source, caller).server(serverName);
  if (isContainer(server)) return server;
  throw new GatewayError('NOT_MANAGED', `${serverName} is a ${server.type} server, not a container`, {
    hint: `change its entry in the config file; to restart it: npx hive restart ${serverName}`,
  });
}

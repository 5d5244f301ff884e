/** What the operations of `use: manager` need of the gateway. */
import { GatewayError } from '../../errors.ts';
import type { ManagerKeys } from '../../model/access/builtin-keys.ts';
import type { AddedServers } from '../../model/added/added.ts';
import type { Caller } from '../../model/caller.ts';
import type { Clock } from '../../model/clock.ts';
import type { JsonSchema } from '../../model/operation.ts';
import type { GatewayControl } from '../../model/operator.ts';
import type { ServerStatus } from '../../model/status.ts';
import type { HostPathRules } from '../../policy/host-paths.ts';
import type { Templates } from '../../templates/read.ts';
import { type GatewaySource, viewFor } from '../gateway/gateway-view.ts';
import type { Switches } from '../gateway/server-switches.ts';

export interface ManagerSource
  extends GatewaySource,
    Switches,
    Pick<GatewayControl, 'history' | 'onLog' | 'onStatus' | 'usage'> {
  readonly clock: Clock;
  /** What the entry allows. */
  readonly settings: () => Pick<ManagerKeys, 'hostPaths' | 'max'>;
  readonly added: () => AddedServers;
  /** Those that are shipped, and those of the user's folder. */
  readonly templates: () => Promise<Templates>;
  /** Checks an object against a schema, and fills in defaults in place. @throws GatewayError USAGE */
  readonly check: (what: string, schema: JsonSchema, value: unknown) => Promise<void>;
  /** Keeps a Dockerfile for as long as a server needs it. @returns its absolute path */
  readonly keepDockerfile: (title: string, text: string) => string;
  /** Removes all that are kept, but for these paths. */
  readonly dropDockerfiles: (kept: ReadonlySet<string>) => void;
  readonly paths: HostPaths;
}

/** Paths of this machine, without links in them. */
export interface HostPaths {
  /** Undefined if there is no such path. */
  readonly real: (path: string) => string | undefined;
  /** What no client may mount, and the folders that may be. */
  readonly rules: () => HostPathRules;
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

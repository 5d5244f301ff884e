/** `use: gateway`: its operations, and its identity as an MCP server. */

import { OPEN } from '../model/access/access.ts';
import type { CatalogReader } from '../model/catalog-reader.ts';
import type { Operation } from '../model/operation.ts';
import type { GatewayControl } from '../model/operator.ts';
import { allOperations, type CommandSource, gatewayOperations } from '../operations/gateway/gateway.ts';
import type { Switches } from '../operations/gateway/server-switches.ts';
import { seesServer, selectionOf } from '../policy/selection.ts';
import type { Redact } from '../secrets/redact.ts';

export interface GatewayBuiltinDeps {
  /** All that it answers is without secrets. */
  readonly control: () => Pick<
    GatewayControl,
    'status' | 'logs' | 'searchLogs' | 'plan' | 'calls' | 'usage' | 'added' | 'series'
  > &
    Switches;
  /** All that clients of the legacy era see now, as the session of `hive call` does. */
  readonly catalog: Pick<CatalogReader, 'current' | 'views'>;
  /** Makes lines of logs fit for agents. */
  readonly clean: Redact;
}

export const IDENTITY = {
  name: 'hive-gateway',
  title: 'Hive gateway',
  instructions: [
    'Tools about this gateway and the MCP servers behind it.',
    'If a tool is missing or a call fails, server_list names the servers that do not work,',
    'server_show explains one, and server_logs reads its log.',
  ].join(' '),
} as const;

/** What MCP clients may run, which only reads. */
export const createGatewayOperations = (deps: GatewayBuiltinDeps): readonly Operation[] =>
  gatewayOperations(sourceOf(deps));

/** What commands of the user who runs the gateway may run as well. */
export const createAllOperations = (deps: GatewayBuiltinDeps): readonly Operation[] =>
  allOperations(sourceOf(deps));

/** All of the gateway that operations read, and what they may switch. */
export function sourceOf({ control, catalog, clean }: GatewayBuiltinDeps): CommandSource {
  return {
    status: () => control().status(),
    logs: (serverName) => control().logs(serverName),
    searchLogs: (request) => control().searchLogs(request),
    plan: () => control().plan(),
    stopServer: (serverName) => control().stopServer(serverName),
    startServer: (serverName) => control().startServer(serverName),
    restartServer: (serverName) => control().restartServer(serverName),
    added: () => control().added,
    calls: (filter) => control().calls(filter),
    usage: () => control().usage(),
    series: (query) => control().series(query),
    catalog,
    redact: clean,
    sees: ({ profile, access = OPEN }, serverName) =>
      (profile === '' || catalog.views.hasServer(profile, serverName)) &&
      seesServer(access, serverName, () => catalog.current().selected(selectionOf(access))),
  };
}

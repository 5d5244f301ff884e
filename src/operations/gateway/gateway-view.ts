/**
 * Data of the `gateway` operations: status, logs and plan, without secrets and without servers that the
 * caller may not see.
 */
import { GatewayError, unknownServer } from '../../errors.ts';
import { type Caller, LOCAL } from '../../model/caller.ts';
import type { CatalogReader } from '../../model/catalog-reader.ts';
import type { GatewayControl } from '../../model/operator.ts';
import type { GatewayStatus, LogEntry, ServerStatus } from '../../model/status.ts';
import type { CallFilter, CallRecord } from '../../model/watch/call-record.ts';
import type { Redact } from '../../secrets/redact.ts';

export interface GatewaySource
  extends Pick<GatewayControl, 'status' | 'logs' | 'searchLogs' | 'plan' | 'calls'> {
  /** All that clients of the legacy era see now, as the session of `hive call` does. */
  readonly catalog: Pick<CatalogReader, 'current' | 'views'>;
  /** Replaces the secrets of the current stack. */
  readonly redact: Redact;
  /** True if the caller's view has the server. */
  readonly sees: (caller: Caller, serverName: string) => boolean;
}

/** The gateway as one caller sees it. */
export interface GatewayView {
  readonly status: GatewayStatus;
  /** @throws GatewayError SERVER_UNKNOWN */
  server(serverName: string): ServerStatus;
  /** The newest calls that have ended, oldest first: of servers that the caller sees. */
  calls(filter: CallFilter): readonly CallRecord[];
  /** Oldest first. @throws GatewayError SERVER_UNKNOWN */
  log(serverName: string): readonly LogEntry[];
  /**
   * Text of the plan that would be executed now.
   * @throws GatewayError CONFIG_INVALID, CONFIG_NOT_FOUND; USAGE for a caller whose view leaves servers out
   */
  plan(): Promise<string>;
  readonly redact: Redact;
}

/** A view for one request: the status is read once. */
export function viewFor(source: GatewaySource, caller: Caller): GatewayView {
  const { redact } = source;
  const status = source.status();
  const servers = status.servers
    .filter(({ serverName }) => source.sees(caller, serverName))
    .map((server) => withoutSecrets(server, redact));
  const server = (serverName: string): ServerStatus => {
    const found = servers.find((it) => it.serverName === serverName);
    if (found) return found;
    throw unknownServer(
      serverName,
      servers.map((it) => it.serverName),
    );
  };
  return {
    status: { ...status, servers },
    server,
    calls: (filter) =>
      source.calls({ ...filter, ...ownOf(caller) }).filter((it) => source.sees(caller, it.server)),
    log: (serverName) => source.logs(server(serverName).serverName),
    async plan() {
      if (servers.length < status.servers.length) throw partialView();
      return redact(await source.plan());
    },
    redact,
  };
}

/** Only the user who runs the gateway sees what others have called. */
const ownOf = ({ principal }: Caller): CallFilter => (principal === LOCAL ? {} : { principal });

const partialView = (): GatewayError =>
  new GatewayError(
    'USAGE',
    'the plan shows the whole stack, but this caller may see only some of its servers',
    {
      hint: 'use server_list',
    },
  );

/** Reasons quote commands and the output of servers, so they may contain secrets. */
function withoutSecrets(server: ServerStatus, redact: Redact): ServerStatus {
  const { detail, reason, hint, place } = server;
  return {
    ...server,
    ...(detail === undefined ? {} : { detail: redact(detail) }),
    ...(reason === undefined ? {} : { reason: redact(reason) }),
    ...(hint === undefined ? {} : { hint: redact(hint) }),
    ...(place === undefined ? {} : { place: { ...place, path: redact(place.path) } }),
  };
}

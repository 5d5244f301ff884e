/** What the `gateway` operations can read: the gateway's status, logs and plan, with secrets blanked out. */
import { GatewayError } from '../../errors.ts';
import type { Caller } from '../../model/caller.ts';
import type { GatewayControl } from '../../model/operator.ts';
import type { GatewayStatus, LogEntry, ServerStatus } from '../../model/status.ts';
import { createRedact, type Redact } from './redact.ts';

export interface GatewaySource extends Pick<GatewayControl, 'status' | 'logs' | 'plan'> {
  /** Texts that must never be shown, as they are now. */
  readonly secrets: () => readonly string[];
  /** True if the caller's view has the server. */
  readonly sees: (caller: Caller, serverName: string) => boolean;
}

/** A gateway as one caller may see it. */
export interface GatewayView {
  readonly status: GatewayStatus;
  /** @throws GatewayError SERVER_UNKNOWN */
  server(serverName: string): ServerStatus;
  /** Oldest first. @throws GatewayError SERVER_UNKNOWN */
  log(serverName: string): readonly LogEntry[];
  /**
   * Text of the plan that would be executed now.
   * @throws GatewayError CONFIG_INVALID, CONFIG_NOT_FOUND; USAGE for a caller whose view leaves servers out
   */
  plan(): Promise<string>;
  /** Blanks secrets out of a text. */
  readonly redact: Redact;
}

/** A view is good for one request: status and secrets are read once. */
export function viewFor(source: GatewaySource, caller: Caller): GatewayView {
  const redact = createRedact(source.secrets());
  const status = source.status();
  const servers = status.servers
    .filter(({ serverName }) => source.sees(caller, serverName))
    .map((server) => withoutSecrets(server, redact));
  const server = (serverName: string): ServerStatus => {
    const found = servers.find((it) => it.serverName === serverName);
    if (found) return found;
    const known = servers.map((it) => it.serverName).join(', ') || 'none';
    throw new GatewayError('SERVER_UNKNOWN', `there is no server ${serverName}`, {
      hint: `known servers: ${known}`,
    });
  };
  return {
    status: { ...status, servers },
    server,
    log: (serverName) => source.logs(server(serverName).serverName),
    async plan() {
      if (servers.length < status.servers.length) throw partialView();
      return redact(await source.plan());
    },
    redact,
  };
}

const partialView = (): GatewayError =>
  new GatewayError('USAGE', 'the plan shows the whole stack, and this caller sees only a part of it', {
    hint: 'use server_list',
  });

/** Reasons quote what servers printed, so they may hold anything. */
function withoutSecrets(server: ServerStatus, redact: Redact): ServerStatus {
  const { detail, reason, hint } = server;
  return {
    ...server,
    ...(detail === undefined ? {} : { detail: redact(detail) }),
    ...(reason === undefined ? {} : { reason: redact(reason) }),
    ...(hint === undefined ? {} : { hint: redact(hint) }),
  };
}

/** Container labels, by which the gateway finds servers. Any container may carry them, whoever made it. */
import { defined } from './collections/defined.ts';

/** Labels of the compiled Compose file, and of containers that describe themselves. */
export const LABEL = {
  server: 'mcp.server',
  type: 'mcp.type',
  port: 'mcp.port',
  path: 'mcp.path',
  prefix: 'mcp.prefix',
  hash: 'mcp.hash',
  stack: 'mcp.stack',
} as const;

/** Keyed digest of the values behind `${VAR}` references. Only Hive's override file sets it. */
export const VALUES_LABEL = 'mcp.values';

/** Link for which a stdio container was made. Only Hive's override file sets it; plain Compose does not. */
export const LINK_LABEL = 'mcp.link';

/** A container's labels, decoded. */
export interface ServerLabels {
  readonly serverName: string;
  readonly type: 'stdio' | 'http';
  readonly port?: number;
  readonly path?: string;
  readonly prefix?: string;
  readonly hash?: string;
  readonly stack?: string;
  readonly values?: string;
  readonly link?: string;
}

/** Encodes labels as Compose and the engine expect them: strings, in a fixed order, absent ones left out. */
export function encodeLabels(labels: ServerLabels): Record<string, string> {
  return defined({
    [LABEL.server]: labels.serverName,
    [LABEL.type]: labels.type,
    [LABEL.port]: labels.port?.toString(),
    [LABEL.path]: labels.path,
    [LABEL.prefix]: labels.prefix,
    [LABEL.hash]: labels.hash,
    [LABEL.stack]: labels.stack,
    [VALUES_LABEL]: labels.values,
    [LINK_LABEL]: labels.link,
  });
}

/** Undefined for a container without MCP labels; `problem` if they are wrong. */
export type DecodedLabels = { readonly labels: ServerLabels } | { readonly problem: string } | undefined;

export function decodeLabels(raw: Readonly<Record<string, string>>): DecodedLabels {
  const serverName = raw[LABEL.server];
  if (serverName === undefined) return undefined;
  const type = raw[LABEL.type];
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(serverName))
    return { problem: `label ${LABEL.server}=${serverName} is not a server name` };
  if (type !== 'stdio' && type !== 'http')
    return { problem: `label ${LABEL.type} must be stdio or http, not ${type ?? 'absent'}` };
  const port = raw[LABEL.port];
  if (port !== undefined && !isPort(port)) return { problem: `label ${LABEL.port}=${port} is not a port` };
  const known: ServerLabels['type'] = type;
  return {
    labels: defined({
      serverName,
      type: known,
      port: port === undefined ? undefined : Number(port),
      path: raw[LABEL.path],
      prefix: raw[LABEL.prefix],
      hash: raw[LABEL.hash],
      stack: raw[LABEL.stack],
      values: raw[VALUES_LABEL],
      link: raw[LINK_LABEL],
    }),
  };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65536;
}

/** Container labels, by which the gateway finds servers. Any container may carry them, whoever made it. */

import { defined } from './collections/defined.ts';
import { cutEnd } from './text/cut.ts';
import { PREFIX, SERVER_NAME, STACK_NAME, URL_PATH } from './text/grammar.ts';

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

/** Nonce and keyed digest by which a gateway knows its own containers. Only Hive's override file sets it. */
export const OWNER_LABEL = 'mcp.owner';

/** Absolute path of the config file for which a container or volume was made. Plain Compose sets none. */
export const CONFIG_LABEL = 'mcp.config';

/**
 * Label of an image that Hive built: the images that it builds on, as `REFERENCE=ID` separated by spaces.
 * Only Hive's override file sets it.
 */
export const BUILT_ON_LABEL = 'io.hive.built-on';

/** Label of an image that Hive built: digest of the values of its build arguments. */
export const BUILT_WITH_LABEL = 'io.hive.built-with';

/** Labels that Compose sets on what it makes. */
export const COMPOSE_PROJECT = 'com.docker.compose.project';
export const COMPOSE_SERVICE = 'com.docker.compose.service';
export const COMPOSE_VOLUME = 'com.docker.compose.volume';
/** Id of the image that a container was made from. */
export const COMPOSE_IMAGE = 'com.docker.compose.image';
/** Absolute paths of the Compose files, joined with commas. */
export const COMPOSE_FILES = 'com.docker.compose.project.config_files';

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
  const problem = RULES.map((rule) => problemOf(raw, rule)).find((it) => it !== undefined);
  if (problem !== undefined) return { problem };
  if (type !== 'stdio' && type !== 'http')
    return { problem: `label ${LABEL.type} must be stdio or http, not ${shown(type ?? 'absent')}` };
  const known: ServerLabels['type'] = type;
  const port = raw[LABEL.port];
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

/** Longest value of a label that is read. */
const MAX_VALUE_LENGTH = 2048;

interface Rule {
  readonly label: string;
  readonly isValid: (value: string) => boolean;
  /** Ends the sentence "label NAME=VALUE is not". */
  readonly what: string;
}

/** Labels are checked as the config checks the keys that they stand for. */
const RULES: readonly Rule[] = [
  { label: LABEL.server, isValid: (value) => SERVER_NAME.test(value), what: 'a server name' },
  { label: LABEL.port, isValid: isPort, what: 'a port' },
  { label: LABEL.path, isValid: (value) => URL_PATH.test(value), what: 'a path: it must begin with /' },
  { label: LABEL.prefix, isValid: (value) => PREFIX.test(value), what: 'a prefix' },
  { label: LABEL.stack, isValid: (value) => STACK_NAME.test(value), what: 'a stack name' },
  ...[LABEL.hash, VALUES_LABEL, LINK_LABEL].map((label) => ({
    label,
    isValid: (value: string) => /^[\w:-]*$/.test(value),
    what: 'Hive’s own',
  })),
];

function problemOf(
  raw: Readonly<Record<string, string>>,
  { label, isValid, what }: Rule,
): string | undefined {
  const value = raw[label];
  if (value === undefined || (value.length <= MAX_VALUE_LENGTH && isValid(value))) return undefined;
  return `label ${label}=${shown(value)} is not ${what}`;
}

/** A value that anybody may have written, for a terminal: short, and without characters that act on one. */
function shown(value: string): string {
  return cutEnd(value.replace(/[^ -~]/g, '?'), 64);
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65536;
}

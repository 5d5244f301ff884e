/** The text of a first config file: what was found, and what else there could be. */
import type { Keys } from '../../config/foreign/keys.ts';
import { entriesYaml } from '../../import/render.ts';
import { oneLine } from '../../model/text/visible.ts';
import { type Example, examplesFor, type Runners } from './examples.ts';

export interface FirstConfig {
  readonly servers: ReadonlyMap<string, Keys>;
  /** File that each server is from, by its name, as people read it. */
  readonly origins: ReadonlyMap<string, string>;
  /** Entries that Hive would not take as they are, by name: what is wrong. They become comments. */
  readonly refused: ReadonlyMap<string, string>;
  /** Path or URL of the schema; undefined if there is none. */
  readonly schema: string | undefined;
  /** Undefined: the usual one is free. */
  readonly port: number | undefined;
  /** Undefined: the usual one is free. */
  readonly composeFile: string | undefined;
  readonly runners: Runners;
}

/** The port without `gateway.port`. */
export const USUAL_PORT = 8001;

export function firstConfigText(config: FirstConfig): string {
  const { servers, refused, runners } = config;
  const taken = new Set([...servers.keys()].filter((name) => !refused.has(name)));
  const { active, others } = examplesFor(taken, runners);
  const blocks = [
    head(config),
    settings(config),
    `servers:\n${[...found(config), ...(active ? [shown(active)] : [])].join('\n')}`,
    `  # Other kinds of servers; take the # away:\n${others.map((it) => asComment(it, runners)).join('')}`,
  ];
  return blocks.join('\n');
}

function head({ schema }: FirstConfig): string {
  return `${schema === undefined ? '' : schemaLine(schema)}#
# MCP servers, which Hive runs and serves at one address. A running gateway applies what you save here.
#
#   hive up           serve them
#   hive connect      add them to MCP clients: Cursor, VS Code, Claude …
#   hive validate     check this file
`;
}

/** Editors complete and check the file by it. */
function schemaLine(schema: string): string {
  const line = `# yaml-language-server: $schema=${schema}\n`;
  if (schema.startsWith('./')) return line;
  return `${line}# (To share this file: hive schema --write hive.schema.json, then name that file here.)\n`;
}

function settings({ port, composeFile }: FirstConfig): string {
  const gateway =
    port === undefined
      ? `# gateway: { host: 127.0.0.1, port: ${USUAL_PORT} }\n`
      : `# Port ${USUAL_PORT} was in use when this file was made.\ngateway: { port: ${port} }\n`;
  return composeFile === undefined ? gateway : `${gateway}composeFile: ${composeFile}\n`;
}

/** Entries below the name of their file. */
function found({ servers, origins, refused }: FirstConfig): string[] {
  const groups = new Map<string, string>();
  for (const [name, entry] of servers) {
    const origin = oneLine(origins.get(name) ?? '');
    const text = entriesYaml(new Map([[name, entry]]), '  ');
    const why = refused.get(name);
    const shown = why === undefined ? text : `  # Not taken over: ${oneLine(why)}\n${commented(text)}`;
    groups.set(origin, `${groups.get(origin) ?? `  # From ${origin}\n`}${shown}`);
  }
  return [...groups.values()];
}

const shown = ({ about, name, entry }: Example): string =>
  `  # ${upperFirst(about)}\n${entriesYaml(new Map([[name, entry]]), '  ')}`;

function asComment({ about, name, entry, needs }: Example, runners: Runners): string {
  const missing = needs === undefined || runners[needs] ? '' : ` (this machine has no ${needs})`;
  return `  #\n  # ${upperFirst(about)}${missing}\n${commented(entriesYaml(new Map([[name, entry]]), '  '))}`;
}

/** With the `#` in the column of the entries, so that an entry without it stands right. */
const commented = (text: string): string => text.replace(/^ {2}/gm, '  # ');

const upperFirst = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

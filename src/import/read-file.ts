/** Recognises the format of a file, and reads its servers. */

import type { Keys } from '../config/foreign/keys.ts';
import { GatewayError } from '../errors.ts';
import { type ForeignFile, type Format, serversIn } from './foreign/foreign.ts';
import { codex, goose, librechat, opencode, zed } from './formats/agents.ts';
import { bareMap, clients, editorSettings } from './formats/clients.ts';
import { mcpb, serverJson } from './formats/packages.ts';
import { compose, dockerCatalogue, gridctl, looksLikeMcp, toolhive } from './formats/stacks.ts';
import { parseText } from './parse-text.ts';

/** Narrow formats first: the last ones take almost any map. */
const FORMATS: readonly Format[] = [
  toolhive,
  mcpb,
  serverJson,
  dockerCatalogue,
  gridctl,
  zed,
  codex,
  goose,
  librechat,
  compose,
  editorSettings,
  opencode,
  clients,
  bareMap,
];

const KNOWN =
  'files of MCP clients, Zed, Codex, opencode, Goose, Continue, LibreChat, Compose, gridctl, ToolHive, ' +
  "Docker's catalogue, server.json and MCP bundles";

/**
 * The servers of a file.
 * @throws GatewayError CONFIG_INVALID if the text cannot be parsed, or has no format that is known
 */
export async function readFile(path: string, text: string): Promise<ForeignFile> {
  const file = await readFileIfKnown(path, text);
  if (file === undefined) throw refusal(path, 'no servers found', `Hive imports ${KNOWN}`);
  return file;
}

/**
 * The servers of a file; undefined for a text without any, such as settings of an editor.
 * @throws GatewayError CONFIG_INVALID if the text cannot be parsed
 */
export async function readFileIfKnown(path: string, text: string): Promise<ForeignFile | undefined> {
  const documents = await parsed(path, text);
  const files = documents.map((data) => recognise(data, path)).filter((file) => file !== undefined);
  const [first] = files;
  return first && { ...first, servers: files.flatMap(({ servers }) => servers) };
}

/**
 * The services of a Compose file that are MCP servers by their names, images or labels, and the names of the
 * others, such as databases.
 * @throws GatewayError CONFIG_INVALID if the text cannot be parsed
 */
export async function readMcpServices(
  path: string,
  text: string,
): Promise<{ file: ForeignFile | undefined; others: readonly string[] }> {
  const [data = {}] = await parsed(path, text);
  const services = serversIn(data.services);
  const wanted = services.filter(looksLikeMcp);
  const others = services.filter((it) => !wanted.includes(it)).map(({ name }) => name);
  const kept = Object.fromEntries(wanted.map(({ name, keys }) => [name, keys]));
  const file = compose.read({ ...data, services: kept }, path);
  return { file: file && { format: compose.name, ...file }, others };
}

async function parsed(path: string, text: string): Promise<Keys[]> {
  return parseText(path, text).catch((error: Error) => {
    throw refusal(path, `cannot read it: ${error.message}`, 'correct the file, or import another one');
  });
}

function recognise(data: Keys, path: string): ForeignFile | undefined {
  for (const { name, read } of FORMATS) {
    const file = read(data, path);
    if (file) return { format: name, ...file };
  }
  return undefined;
}

function refusal(path: string, message: string, hint: string): GatewayError {
  return new GatewayError('CONFIG_INVALID', message, { hint, place: { path, line: 1 } });
}

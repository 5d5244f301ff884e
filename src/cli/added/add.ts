/** `hive add`: adds a server of the catalogue, through the gateway that runs or for the next one. */
import { basename } from 'node:path';
import { putOffline } from '../../added/offline.ts';
import { readEnvironment } from '../../config/environment.ts';
import { loadStack } from '../../config/load.ts';
import type { AddedText } from '../../config/parse/added.ts';
import { GatewayError } from '../../errors.ts';
import { processFiles } from '../../files/process-files.ts';
import type { AddedServer } from '../../model/added/added.ts';
import { valueIn } from '../../model/references.ts';
import { secretsOf } from '../../secrets-of.ts';
import { type Chosen, chosen, parametersOf } from '../catalogue/info.ts';
import { serversYaml } from '../catalogue/yaml.ts';
import { mayWrite } from '../connect/consent.ts';
import type { ControlClient } from '../stack/control-client.ts';
import { counted } from '../stack/describe-server.ts';
import type { ConfigOption } from '../stack/stack-file.ts';
import { print, printJson } from '../terminal/print.ts';
import { type AddedPlace, atStack } from './place.ts';

export interface AddOptions extends ConfigOption {
  readonly name?: string;
  readonly as?: string;
  readonly prefix?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

type Made = Extract<Chosen['made'], { readonly kind: 'made' }>;

/**
 * @returns the exit code
 * @throws GatewayError USAGE; VARIABLE_UNSET for missing secrets; as `AddedServers.put`
 */
export async function add(name: string, words: readonly string[], options: AddOptions): Promise<number> {
  const { entry, made } = await chosen(name, words, options);
  if (made.kind === 'refused')
    throw new GatewayError('USAGE', made.problems.join('; ') || `${entry.id} cannot run here`, {
      hint: `npx hive info ${entry.id}`,
    });
  const server = addedServer(entry.id, made, parametersOf(words), options);
  return atStack(options, async (place) => {
    await requireValues(entry.id, made, place.file);
    if (!place.all.some(isSame(server)) && !(await agrees(server, entry.title, options))) return 0;
    return place.control ? addThrough(place.control, server, options) : addOffline(place, server, options);
  });
}

const isSame =
  ({ serverName, entry }: AddedServer) =>
  (other: AddedServer): boolean =>
    other.serverName === serverName && JSON.stringify(other.entry) === JSON.stringify(entry);

function addedServer(
  source: string,
  { serverName, server }: Made,
  parameters: Readonly<Record<string, string>>,
  { prefix }: AddOptions,
): AddedServer {
  const entry = prefix === undefined ? server : { ...server, prefix };
  return { serverName, entry, facts: { source, parameters, by: 'local', since: new Date().toISOString() } };
}

/** Names every variable that must be set before the server can start. */
async function requireValues(id: string, { variables }: Made, file: string): Promise<void> {
  const values = await readEnvironment(file, process.env);
  const missing = variables.filter((name) => valueIn(name, values) === undefined);
  if (missing.length === 0) return;
  const what = missing.length === 1 ? 'is' : 'are';
  throw new GatewayError('VARIABLE_UNSET', `${missing.join(', ')} ${what} not set, and ${id} needs it`, {
    hint: `write ${missing.map((name) => `${name}=…`).join(' and ')} into .env beside ${basename(file)}`,
  });
}

/** A dry run and JSON output need no question. */
async function agrees(
  { serverName, entry }: AddedServer,
  title: string,
  { yes, dryRun, json }: AddOptions,
): Promise<boolean> {
  if (dryRun || yes) return true;
  if (!json) print(serversYaml(serverName, entry).trimEnd());
  return mayWrite({}, `Add ${title} as ${serverName}?`);
}

async function addThrough(
  control: ControlClient,
  { serverName: name, entry, facts }: AddedServer,
  { dryRun = false, json }: AddOptions,
): Promise<number> {
  const input = { name, entry, facts, dryRun };
  if (!dryRun && !json) print(`adding ${name} …`);
  const answer = JSON.parse(await control.runOperation('server_add', input, 'json')) as {
    readonly state: string;
    readonly plan: string;
  };
  const server = (await control.status()).servers.find((it) => it.serverName === name);
  if (json) printJson({ name, source: facts.source, ...answer, tools: server?.counts.tools ?? 0 }, 2);
  else if (dryRun) print(answer.plan || 'nothing to do');
  else if (answer.state === 'ready') print(`${name} is ready: ${counted(server?.counts.tools ?? 0, 'tool')}`);
  else
    print(
      [
        `${name} is ${server?.state ?? answer.state}: ${server?.reason ?? server?.detail ?? ''}`,
        ...(server?.hint ? [`  fix: ${server.hint}`] : []),
      ].join('\n'),
    );
  return 0;
}

/** @returns undefined if a gateway has started meanwhile */
async function addOffline(
  { file, state, isServed }: AddedPlace,
  server: AddedServer,
  { dryRun, json }: AddOptions,
): Promise<number | undefined> {
  const { serverName: name, facts } = server;
  const values = await readEnvironment(file, process.env);
  const read = (added: AddedText) => loadStack(file, values, processFiles, added, secretsOf(file));
  const plan = 'the next `npx hive up` starts it';
  if (!dryRun && !(await putOffline(state, server, read, isServed))) return undefined;
  if (json) printJson({ name, source: facts.source, state: dryRun ? 'planned' : 'added', plan }, 2);
  else
    print(dryRun ? serversYaml(name, server.entry).trimEnd() : `${name} is added; no gateway runs: ${plan}`);
  return 0;
}

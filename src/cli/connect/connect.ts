/** `hive connect`: adds the gateway to the files of MCP clients. */
import { changeFor, withKept } from '../../clients/connection.ts';
import type { Client } from '../../clients/data/client.ts';
import { type Endpoint, entryFor } from '../../clients/dialects.ts';
import { entriesIn, withEntry, withoutEntry } from '../../clients/edit/edit.ts';
import { shownOf } from '../../clients/mask.ts';
import { GatewayError } from '../../errors.ts';
import type { ConfigOption } from '../stack/stack-file.ts';
import { openState } from '../stack/state.ts';
import { typedFor } from '../stack/typing.ts';
import { print, printError } from '../terminal/print.ts';
import { Backups } from './backups.ts';
import { addCommand, hasProgram, printCommand, printLink, printPaste, removeCommand } from './by-hand.ts';
import { type ClientFile, chosenPath, edit, readClientFile, writeClientFile } from './client-file.ts';
import { type Consent, canAsk, mayWrite, showDiff } from './consent.ts';
import { eachClient } from './each-client.ts';
import { installedClients, namedClients, pathsOf, survey, thisMachine } from './survey.ts';
import { openTarget, stdioEndpoint, type Target } from './target.ts';
import { type ClientToken, giveDigest, httpEndpoint, tokenFor } from './tokens.ts';

export interface ConnectOptions extends ConfigOption, Consent {
  readonly project?: boolean;
  readonly stdio?: boolean;
  readonly http?: boolean;
  readonly server?: string;
  readonly view?: string;
  readonly link?: boolean;
  readonly writeToken?: boolean;
}

/** @returns the exit code: 1 if a client could not be connected; the others are connected all the same */
export async function connect(names: readonly string[], options: ConnectOptions): Promise<number> {
  if (options.stdio && options.http)
    throw new GatewayError('USAGE', '--stdio and --http exclude each other', {
      hint: 'leave one of them out',
    });
  const clients = namedClients(names);
  const target = await openTarget(options);
  const isNamed = clients.length > 0;
  const chosen = isNamed ? clients : chooseInstalled(target, options);
  const backups = new Backups(await openState(target.file));
  const typed = typedFor(options.config);
  const exitCode = await eachClient(chosen, typed, async (client) => {
    // One who was asked about every client on the machine may decline some.
    return (await connectOne(client, target, backups, options)) || !isNamed;
  });
  // Over stdio, the client starts the gateway.
  const needsGateway = !options.stdio && chosen.some(({ stdioOnly }) => !stdioOnly);
  if (needsGateway && !target.isRunning) printError(typed('note: no gateway runs: npx hive up -d'));
  return exitCode;
}

/** Clients of this machine that are not connected. The preview of each asks, unless `--yes` answers. */
function chooseInstalled(target: Target, options: ConnectOptions): Client[] {
  const found = survey(installedClients(), options.project === true, target);
  const open = found
    .filter(({ entry, path }) => entry === undefined && path !== undefined)
    .map(({ client }) => client);
  for (const { client, entry } of found)
    if (entry) print(`${client.title} is connected already, as "${entry}"`);
  if (open.length === 0) print('nothing to connect: no other client of those that Hive knows was found');
  if (options.yes || options.dryRun || open.length === 0) return open;
  if (!canAsk())
    throw new GatewayError('USAGE', `found ${open.map(({ id }) => id).join(', ')}`, {
      hint: `name one: npx hive connect ${open[0]?.id}; or all of them: npx hive connect --yes`,
    });
  return open;
}

/** @returns false if the user declined, or could not be asked */
async function connectOne(
  client: Client,
  target: Target,
  backups: Backups,
  options: ConnectOptions,
): Promise<boolean> {
  const kind = kindFor(client, options);
  const isProject = options.project === true;
  const needsToken = kind === 'http' && target.needsToken;
  const makeToken = (): ClientToken | undefined =>
    needsToken ? tokenFor(client, isProject, target) : undefined;
  if (options.link || client.byHand !== undefined || (!isProject && hasProgram(client))) {
    await printEntry(client, target, kind, makeToken(), options);
    return true;
  }
  const file = readClientFile(pathFor(client, isProject));
  const entries = edit(file.path, client, () => entriesIn(file.text, client));
  const change = changeFor(entries, {
    reached: target,
    endpoint: kind,
    isKindNamed: options.stdio === true || options.http === true,
    needsToken,
    neededKeys: client.needs ?? [],
    names: target.names,
    own: backups.namesIn(file.path),
  });
  if (change.kind === 'none') {
    print(`${client.title} is connected already, as "${change.name}" in ${file.path}`);
    return true;
  }
  const token = makeToken();
  const endpoint = endpointFor(kind, target, token);
  return write({ client, file, target, change, endpoint, token }, backups, options);
}

/** For clients whose file is not written: prints a link, the text to paste, or the command to run. */
async function printEntry(
  client: Client,
  target: Target,
  kind: Endpoint['kind'],
  token: ClientToken | undefined,
  options: ConnectOptions,
): Promise<void> {
  const [name = 'hive'] = target.names;
  const endpoint = endpointFor(kind, target, token);
  if (options.link) printLink(client, name, entryFor(client, endpoint, name));
  else if (client.byHand !== undefined) printPaste(client, endpoint, name);
  else printCommand(`adds Hive to ${client.title}`, addCommand(name, endpoint), removeCommand(name));
  if (token) await giveDigest(token, target, options, typedFor(options.config));
}

interface Plan {
  readonly client: Client;
  readonly file: ClientFile;
  readonly target: Target;
  readonly change: { readonly kind: 'add' | 'replace'; readonly name: string };
  readonly endpoint: Endpoint;
  readonly token: ClientToken | undefined;
}

async function write(plan: Plan, backups: Backups, options: ConnectOptions): Promise<boolean> {
  const { client, file, target, change, endpoint, token } = plan;
  const { name } = change;
  const entry = entryFor(client, endpoint, name);
  const after = edit(file.path, client, () => {
    if (change.kind === 'add') return withEntry(file.text, client, name, entry);
    const next = withKept(entry, entriesIn(file.text, client).get(name));
    return withEntry(withoutEntry(file.text, client, name), client, name, next);
  });
  showDiff({ client, path: file.path, before: file.text, after, shown: shownOf(entry, token?.token) });
  if (client.warning) printError(`note: ${client.warning}`);
  if (endpoint.kind === 'stdio' && process.env.HIVE_STATE_DIR)
    printError(
      `note: ${client.title} needs HIVE_STATE_DIR in its environment too, or it starts another gateway`,
    );
  if (client.maxTools !== undefined && (target.tools ?? 0) > client.maxTools)
    printError(
      `note: ${client.title} passes on ${client.maxTools} tools, and the gateway offers ${target.tools}: ` +
        'leave some out with `views: { NAME: { limit } }` and --view NAME, or take one with --server NAME',
    );
  if (!(await mayWrite(options, `Write this to ${file.path}?`))) return options.dryRun === true;
  const bytes = Buffer.from(after);
  backups.keep(file.path, file.content);
  writeClientFile(file, bytes);
  backups.remember(file.path, name, file.content, bytes);
  const typed = typedFor(options.config);
  const flag = options.project ? ' --project' : '';
  print(`connected ${client.title}, as "${name}"\n  next: ${client.reload}`);
  print(`  undo: ${typed(`npx hive disconnect ${client.id}`)}${flag}`);
  if (token) await giveDigest(token, target, options, typed);
  return true;
}

function endpointFor(kind: Endpoint['kind'], target: Target, token: ClientToken | undefined): Endpoint {
  return kind === 'stdio' ? stdioEndpoint(target) : httpEndpoint(target.url, token);
}

/** @throws GatewayError USAGE for a client without HTTP */
function kindFor({ stdioOnly, title, id }: Client, { stdio, http }: ConnectOptions): Endpoint['kind'] {
  if (stdioOnly && http)
    throw new GatewayError('USAGE', `${title} takes no HTTP servers from its file`, {
      hint: `connect it over stdio: npx hive connect ${id}`,
    });
  return stdio || stdioOnly ? 'stdio' : 'http';
}

/** @throws GatewayError USAGE, CLIENT_FAILED */
export function pathFor(client: Client, isProject: boolean): string {
  const paths = pathsOf(client, isProject, thisMachine());
  if (paths.length === 0)
    throw new GatewayError('USAGE', `${client.title} has no file in a project`, {
      hint: `connect it for yourself: npx hive connect ${client.id}`,
    });
  const path = chosenPath(paths);
  if (path !== undefined) return path;
  const folder = paths[0]?.replace(/[\\/][^\\/]*$/, '') ?? '';
  throw new GatewayError(
    'CLIENT_FAILED',
    `there is no folder ${folder}, and Hive makes no folder of a client`,
    {
      hint: isProject
        ? `make it: mkdir -p ${folder}`
        : `start ${client.title} once, or make the folder yourself`,
    },
  );
}

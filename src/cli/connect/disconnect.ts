/** `hive disconnect`: takes the gateway out of the files of MCP clients, and restores what was there. */
import { existsSync } from 'node:fs';
import { CLIENTS } from '../../clients/clients.ts';
import { leadsTo, type Reached } from '../../clients/connection.ts';
import type { Client } from '../../clients/data/client.ts';
import { type Entry, entryFor } from '../../clients/dialects.ts';
import { entriesIn, withoutEntry } from '../../clients/edit/edit.ts';
import { shownOf } from '../../clients/mask.ts';
import { GatewayError } from '../../errors.ts';
import { shellWord } from '../../model/text/commands.ts';
import { knownStacks } from '../stack/find/known-stacks.ts';
import type { ConfigOption } from '../stack/stack-file.ts';
import { openState } from '../stack/state.ts';
import { typedFor } from '../stack/typing.ts';
import { print, printError } from '../terminal/print.ts';
import { Backups, type Written } from './backups.ts';
import { hasProgram, removeCommand } from './by-hand.ts';
import { type ClientFile, edit, readClientFile, writeClientFile } from './client-file.ts';
import { type Consent, mayWrite, showDiff } from './consent.ts';
import { eachClient } from './each-client.ts';
import { namedClients, pathsOf, survey, thisMachine } from './survey.ts';
import { openTarget, stdioEndpoint, type Target } from './target.ts';
import { httpEndpoint } from './tokens.ts';

export interface DisconnectOptions extends ConfigOption, Consent {
  readonly project?: boolean;
  readonly server?: string;
  readonly view?: string;
}

/** @returns the exit code: 1 if an entry stays */
export async function disconnect(names: readonly string[], options: DisconnectOptions): Promise<number> {
  const named = namedClients(names);
  const target = await openTarget(options).catch(nameConnected(options));
  const isProject = options.project === true;
  const backups = new Backups(await openState(target.file));
  const clients = named.length > 0 ? named : connectedClients(isProject, target);
  if (clients.length === 0) print('no client is connected');
  return eachClient(clients, typedFor(options.config), (it) => disconnectOne(it, target, backups, options));
}

/** Without a config file here, the stacks whose clients could be meant. */
const nameConnected =
  ({ config }: ConfigOption) =>
  (error: unknown): never => {
    const isUnnamed =
      error instanceof GatewayError && error.code === 'CONFIG_NOT_FOUND' && config === undefined;
    const files = isUnnamed ? connectedStacks() : [];
    if (!isUnnamed || files.length === 0) throw error;
    const commands = files.map((file) => `npx hive disconnect -c ${shellWord(file)}`);
    throw new GatewayError(error.code, error.message, {
      hint: `clients are connected with: ${commands.join(', or ')}`,
      cause: error,
    });
  };

/** Config files with entries in the files of clients. */
const connectedStacks = (): string[] =>
  knownStacks().flatMap(({ folder, file }) =>
    file === undefined || new Backups({ path: folder }).isEmpty ? [] : [file],
  );

const connectedClients = (isProject: boolean, reached: Reached): Client[] =>
  survey(CLIENTS, isProject, reached).flatMap(({ client, entry }) => (entry === undefined ? [] : [client]));

async function disconnectOne(
  client: Client,
  target: Target,
  backups: Backups,
  options: DisconnectOptions,
): Promise<boolean> {
  const isProject = options.project === true;
  const paths = pathsOf(client, isProject, thisMachine()).filter((path) => existsSync(path));
  const found = paths.flatMap((path) => {
    const file = readClientFile(path);
    const own = backups.namesIn(path);
    const entries = [...edit(path, client, () => entriesIn(file.text, client))];
    return entries
      .filter(([name, entry]) => own.has(name) || leadsTo(entry, target))
      .map(([name]) => ({ file, name }));
  });
  const [first] = found;
  if (first === undefined) print(`${client.title} is not connected`);
  if (first !== undefined && !isProject && hasProgram(client)) {
    printError(`not done yet; run this, which removes Hive from ${client.title}:`);
    print(removeCommand(first.name));
    return true;
  }
  let isDone = true;
  for (const { file, name } of found)
    if (!(await remove(client, readClientFile(file.path), name, target, backups, options))) isDone = false;
  return isDone;
}

async function remove(
  client: Client,
  file: ClientFile,
  name: string,
  target: Target,
  backups: Backups,
  options: DisconnectOptions,
): Promise<boolean> {
  const written = backups.get(file.path, name);
  const original = written && originalOf(file, written, backups);
  const after = original ?? Buffer.from(edit(file.path, client, () => withoutEntry(file.text, client, name)));
  const text = after === 'absent' ? '' : after.toString('utf8');
  const shown = shownOf(ownEntries(client, name, target), undefined);
  showDiff({ client, path: file.path, before: file.text, after: text, shown });
  if (!(await mayWrite(options, `Write this to ${file.path}?`))) return options.dryRun === true;
  backups.keep(file.path, file.content);
  writeClientFile(file, after === 'absent' ? undefined : after);
  backups.forget(file.path, name);
  print(`disconnected ${client.title}: ${outcomeOf(original, written)}`);
  noteToken(client, target);
  return true;
}

/** Hive takes nothing out of the config file: another client of that kind may have the token. */
function noteToken({ id }: Client, { stack, file }: Target): void {
  if (Object.hasOwn(stack.auth?.tokens ?? {}, id))
    printError(`note: its token stays valid until you delete auth.tokens.${id} from ${file}`);
}

const originalOf = (file: ClientFile, written: Written, backups: Backups): Buffer | 'absent' | undefined =>
  file.content && backups.original(written, file.content);

function outcomeOf(original: Buffer | 'absent' | undefined, written: Written | undefined): string {
  if (original === 'absent') return 'the file that Hive made is gone';
  if (original !== undefined) return 'the file is byte for byte what it was';
  return written === undefined
    ? 'the entry is removed, all else stays'
    : 'the file has changed since, so only the entry is removed';
}

/** What Hive would write, without a token. Other texts of an entry may be the user's own, and are hidden. */
const ownEntries = (client: Client, name: string, target: Target): Entry[] =>
  [stdioEndpoint(target), httpEndpoint(target.url, undefined)].map((it) => entryFor(client, it, name));

/** Which clients this machine has, and which of them lead to this gateway. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CLIENT_IDS, CLIENTS, clientOf } from '../../clients/clients.ts';
import { leadsTo, type Reached } from '../../clients/connection.ts';
import type { Client, Machine } from '../../clients/data/client.ts';
import type { Entry } from '../../clients/dialects.ts';
import { entriesIn } from '../../clients/edit/edit.ts';
import { projectPaths, tracesOf, userPaths } from '../../clients/paths.ts';
import { similar } from '../../config/source/similar.ts';
import { GatewayError } from '../../errors.ts';
import { homeFolder } from '../../files/home.ts';
import { fileAbove } from '../stack/stack-file.ts';
import { chosenPath, edit, readClientFile } from './client-file.ts';

export const thisMachine = (): Machine => ({
  platform: process.platform,
  home: homeFolder(),
  env: process.env,
});

/** One file of a client. */
export interface Found {
  readonly client: Client;
  readonly isInstalled: boolean;
  /** Undefined if there is no folder for the file, or the client has no file. */
  readonly path: string | undefined;
  /** Name of the entry that leads to this gateway. */
  readonly entry: string | undefined;
  /** Why the file could not be read. */
  readonly trouble: string | undefined;
}

export function isInstalled(client: Client, machine: Machine): boolean {
  return tracesOf(client, machine).some((path) => existsSync(path));
}

/** @param isProject true for the file in the folder of the project, false for the user's own */
export function pathsOf(client: Client, isProject: boolean, machine: Machine): string[] {
  return isProject ? projectPaths(client, projectFolder(), machine) : userPaths(client, machine);
}

/** The folder of the config file: this one, or one above as commands search for it. */
function projectFolder(): string {
  const file = fileAbove();
  return file === undefined ? process.cwd() : dirname(resolve(file));
}

/** @param reached undefined if there is no gateway yet, so that no entry leads to it */
export function survey(
  clients: readonly Client[],
  isProject: boolean,
  reached: Reached | undefined,
): Found[] {
  const machine = thisMachine();
  return clients.map((client) => {
    const path = chosenPath(pathsOf(client, isProject, machine));
    const found = { client, isInstalled: isInstalled(client, machine), path };
    try {
      return { ...found, entry: entryIn(client, path, reached), trouble: undefined };
    } catch (thrown) {
      return { ...found, entry: undefined, trouble: (thrown as Error).message };
    }
  });
}

function entryIn(client: Client, path: string | undefined, reached: Reached | undefined): string | undefined {
  if (path === undefined || !existsSync(path)) return undefined;
  return readEntries(client, path).find(([, entry]) => reached !== undefined && leadsTo(entry, reached))?.[0];
}

/** The entries of a file, with their names. @throws GatewayError CLIENT_FAILED */
export function readEntries(client: Client, path: string): [name: string, entry: Entry][] {
  const { text } = readClientFile(path);
  return [...edit(path, client, () => entriesIn(text, client))];
}

/** @throws GatewayError USAGE */
export function namedClients(names: readonly string[]): Client[] {
  return names.map((name) => {
    const client = clientOf(name);
    if (client !== undefined) return client;
    const near = similar(name, CLIENT_IDS);
    throw new GatewayError('USAGE', `no client is called ${name}`, {
      hint: `${near ? `did you mean ${near}? ` : ''}Hive knows ${CLIENT_IDS.join(', ')}`,
    });
  });
}

/** Clients of this machine whose file Hive can write. */
export function installedClients(): Client[] {
  const machine = thisMachine();
  return CLIENTS.filter((client) => client.byHand === undefined && isInstalled(client, machine));
}

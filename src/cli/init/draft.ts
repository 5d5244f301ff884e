/** Drafts a first config file from what was found, so that what is written loads. */

import { CLIENTS } from '../../clients/clients.ts';
import type { Machine } from '../../clients/data/client.ts';
import { isOfUser } from '../../clients/paths.ts';
import { environmentFile, readEnvironment } from '../../config/environment.ts';
import { shortPath } from '../../config/source/diagnostics.ts';
import { parseEnvFile } from '../../files/env-file.ts';
import { MAX_ENV_BYTES } from '../../files/limits.ts';
import { convert, type Imported, NO_TARGET } from '../../import/convert.ts';
import { oneLine } from '../../model/text/visible.ts';
import { gatewayOf, withoutHive } from '../import/without-hive.ts';
import { textIfThere } from '../import/write-import.ts';
import { checkDraft } from './check-draft.ts';
import type { Runners } from './examples.ts';
import { readSources, type Source } from './sources.ts';
import { type FirstConfig, firstConfigText } from './text.ts';

export interface DraftFacts {
  /** Absolute path of the config file, and of its folder. */
  readonly target: string;
  readonly folder: string;
  readonly machine: Machine;
  readonly runners: Runners;
  readonly port: number | undefined;
  readonly schema: string | undefined;
  readonly composeFile: string | undefined;
}

/** Names of the servers to take over. @param origins file of each, as people read it */
export type Choose = (origins: ReadonlyMap<string, string>) => Promise<readonly string[]>;

export interface Draft {
  readonly text: string;
  /** Servers that will run. */
  readonly serverNames: readonly string[];
  /** Lines for `.env`. */
  readonly variables: ReadonlyMap<string, string>;
  /** Variables that servers need and that have no value. */
  readonly unset: readonly string[];
  /** What people should know, as sentences. */
  readonly notes: readonly string[];
}

export async function draftConfig(facts: DraftFacts, choose: Choose): Promise<Draft> {
  const { target, folder, machine } = facts;
  const { files, notes } = await readSources(folder, machine);
  const imported = await takeOver(files, facts);
  const origins = new Map([...imported.origins].map(([name, path]) => [name, nameOf(path, facts)]));
  const names = imported.servers.size === 0 ? [] : await choose(origins);
  const chosen = only(imported, new Set(names));
  const values = {
    ...(await readEnvironment(target, machine.env)),
    ...Object.fromEntries(chosen.variables),
  };
  const first = { ...facts, servers: chosen.servers, origins, refused: new Map<string, string>() };
  const checked = await checkDraft({ target, values, textWith: (refused) => textOf(first, refused) });
  return {
    text: checked.text,
    serverNames: checked.serverNames,
    variables: chosen.variables,
    unset: checked.unset,
    notes: [
      ...notes.map((note) => shortened(oneLine(note), facts)),
      ...chosen.notes.map(({ serverName, text }) =>
        shortened(oneLine(serverName ? `${serverName}: ${text}` : text), facts),
      ),
      ...checked.problems,
    ],
  };
}

const textOf = (first: FirstConfig, refused: ReadonlyMap<string, string>): string =>
  firstConfigText({ ...first, refused });

async function takeOver(files: readonly Source[], facts: DraftFacts): Promise<Imported> {
  const { target, folder, machine } = facts;
  const gateway = await gatewayOf(target);
  const parts = files.map(({ path, file }) => ({
    file: withoutHive(file, gateway),
    path,
    home: machine.home,
    target: folder,
    isOfUser: isOfUser(path, CLIENTS, machine),
  }));
  const env = parseEnvFile(await textIfThere(environmentFile(target), MAX_ENV_BYTES));
  return convert(parts, { ...NO_TARGET, variables: new Map(Object.entries(env)) });
}

/** These servers, with the secrets and notes that belong to them. */
function only({ servers, origins, variables, notes }: Imported, names: ReadonlySet<string>): Imported {
  const kept = new Map([...servers].filter(([name]) => names.has(name)));
  const text = JSON.stringify([...kept.values()]);
  return {
    servers: kept,
    origins,
    variables: new Map([...variables].filter(([name]) => new RegExp(`\\$\\{${name}\\b`).test(text))),
    notes: notes.filter(
      ({ serverName }) => serverName === undefined || names.has(serverName) || !servers.has(serverName),
    ),
  };
}

/** A path as people read it: below the folder, or below the home. */
function nameOf(path: string, { folder, machine }: Pick<DraftFacts, 'folder' | 'machine'>): string {
  const short = shortPath(path, folder);
  return short === path && path.startsWith(machine.home) ? `~${path.slice(machine.home.length)}` : short;
}

/** A sentence with paths as people read them. */
const shortened = (text: string, { folder, machine }: Pick<DraftFacts, 'folder' | 'machine'>): string =>
  text.replaceAll(`${folder}/`, '').replaceAll(`${machine.home}/`, '~/');

/** `hive registry save` and `reset`: what becomes of the servers that were added. */
import { basename } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { entriesIn, withEntries } from '../../import/insert.ts';
import { mayWrite } from '../connect/consent.ts';
import { replaceText, textIfThere } from '../import/write-import.ts';
import { counted } from '../stack/describe-server.ts';
import type { ConfigOption } from '../stack/stack-file.ts';
import { print } from '../terminal/print.ts';
import { type AddedPlace, atStack, removeAt } from './place.ts';
import { requireAdded } from './remove.ts';

export interface RegistryOptions extends ConfigOption {
  readonly yes?: boolean;
}

/** @throws GatewayError USAGE, SERVER_UNKNOWN, CONFIG_INVALID, STATE_FAILED */
export async function registry(
  verb: string,
  serverNames: readonly string[],
  options: RegistryOptions,
): Promise<number> {
  if (verb === 'save') return atStack(options, (place) => save(place, serverNames));
  if (verb === 'reset' && serverNames.length === 0) return atStack(options, (place) => reset(place, options));
  throw new GatewayError('USAGE', `no such command: registry ${[verb, ...serverNames].join(' ')}`, {
    hint: 'npx hive registry save NAME; npx hive registry reset',
  });
}

/**
 * First into the user's file, whose entry counts from then on: the server goes on as it is, whatever ends the
 * command in between.
 */
async function save(place: AddedPlace, serverNames: readonly string[]): Promise<number | undefined> {
  const { file, all } = place;
  await requireAdded('registry save', place, serverNames);
  const text = await textIfThere(file);
  const declared = entriesIn(file, text);
  const chosen = all.filter(({ serverName }) => serverNames.includes(serverName));
  const next = withEntries(
    file,
    text,
    new Map(
      chosen.flatMap(({ serverName, entry }) => (declared.has(serverName) ? [] : [[serverName, entry]])),
    ),
  );
  if (next === undefined)
    throw new GatewayError('CONFIG_INVALID', `${file} has no place for servers`, {
      hint: 'add `servers: {}` to it',
      place: { path: file, line: 1 },
    });
  if (chosen.some(({ serverName }) => !declared.has(serverName))) replaceText(file, next, 0o644);
  if ((await removeAt(place, serverNames, false)) === undefined) return undefined;
  print(`${basename(file)} declares ${serverNames.join(', ')} from now on`);
  return 0;
}

async function reset(place: AddedPlace, { yes }: RegistryOptions): Promise<number | undefined> {
  const names = place.all.map(({ serverName }) => serverName);
  if (names.length === 0) {
    print('no server was added');
    return 0;
  }
  print(`added: ${names.join(', ')}`);
  const question = `Remove ${counted(names.length, 'server')}? Volumes stay.`;
  if (!(await mayWrite({ ...(yes && { yes }) }, question, false))) return 1;
  if ((await removeAt(place, names, false)) === undefined) return undefined;
  print(`removed ${names.join(', ')}`);
  return 0;
}

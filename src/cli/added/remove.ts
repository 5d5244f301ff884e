/** `hive remove`: removes servers that were added. */
import { basename } from 'node:path';
import { GatewayError, unknownServer } from '../../errors.ts';
import { shellWord } from '../../model/text/commands.ts';
import { missingServer } from '../stack/missing-server.ts';
import { readConfig } from '../stack/read-config.ts';
import type { ConfigOption } from '../stack/stack-file.ts';
import { print, printJson } from '../terminal/print.ts';
import { type AddedPlace, atStack, removeAt } from './place.ts';

export interface RemoveOptions extends ConfigOption {
  readonly volumes?: boolean;
  readonly json?: boolean;
}

/**
 * Resolves when nothing of the servers runs.
 * @throws GatewayError USAGE, SERVER_UNKNOWN; SERVER_DECLARED for a server of the file
 */
export async function remove(
  serverNames: readonly string[],
  { volumes = false, json, ...options }: RemoveOptions,
): Promise<number> {
  const removed = await atStack(options, async (place) => {
    await requireAdded('remove', place, serverNames);
    if (volumes && !place.control)
      throw new GatewayError('NOT_RUNNING', 'volumes are removed by the gateway, and none runs', {
        hint: 'start it: npx hive up -d',
      });
    return removeAt(place, serverNames, volumes);
  });
  if (json) printJson({ removed }, 2);
  else print(`removed ${removed.join(', ')}`);
  return 0;
}

/** @throws GatewayError USAGE if none is named; SERVER_UNKNOWN, SERVER_DECLARED */
export async function requireAdded(
  command: string,
  { all, file }: Pick<AddedPlace, 'all' | 'file'>,
  serverNames: readonly string[],
): Promise<void> {
  const known = all.map(({ serverName }) => serverName);
  if (serverNames.length === 0) throw missingServer(command, known);
  const unknown = serverNames.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const declared = await readConfig(file).catch(() => undefined);
  const own = declared?.stack.servers.find(({ serverName }) => serverName === unknown);
  if (!own) throw unknownServer(unknown, known);
  throw new GatewayError('SERVER_DECLARED', `${basename(file)} declares ${unknown}: it was not added`, {
    hint: `delete its entry there; to stop it and keep the entry: npx hive stop ${shellWord(unknown)}`,
    place: own.place,
  });
}

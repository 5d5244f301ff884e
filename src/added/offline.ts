/** Changes of added servers while no gateway runs: only the file is written. */
import type { AddedText } from '../config/parse/added.ts';
import type { AddedServer } from '../model/added/added.ts';
import type { Stack } from '../model/stack.ts';
import { socketLock, withLock } from '../setup/lock.ts';
import { readAdded } from './added-file.ts';
import { AddedStore } from './added-store.ts';
import { refuseBad } from './admission.ts';

/** The state of the stack. */
interface Place {
  readonly path: string;
  readonly socket: string;
}

/** The engine is looked for by the next start. */
const ANY_ENGINE = { state: 'ready' } as const;

/**
 * Adds a server, or changes it.
 *
 * @param read the stack as it would be with these added servers
 * @param isServed true if a gateway has the file now
 * @returns false if it has: then nothing was changed
 * @throws GatewayError as `AddedServers.put`, before the start
 */
export function putOffline(
  place: Place,
  server: AddedServer,
  read: (added: AddedText) => Promise<Stack>,
  isServed: () => Promise<boolean>,
): Promise<boolean> {
  return whileUnserved(place, isServed, async (store) => {
    refuseBad(await read(store.with(server)), server.serverName, ANY_ENGINE);
    store.set(server);
  });
}

/** @returns false if a gateway has the file now @throws GatewayError STATE_FAILED */
export function removeOffline(
  place: Place,
  serverNames: readonly string[],
  isServed: () => Promise<boolean>,
): Promise<boolean> {
  return whileUnserved(place, isServed, async (store) => store.remove(serverNames));
}

/** No gateway can begin to serve the stack meanwhile: the file would have two writers. */
function whileUnserved(
  { path, socket }: Place,
  isServed: () => Promise<boolean>,
  work: (store: AddedStore) => Promise<void>,
): Promise<boolean> {
  const run = async (): Promise<boolean> => {
    if (await isServed()) return false;
    await work(new AddedStore(readAdded(path)));
    return true;
  };
  return withLock(socketLock(socket), run, () => {});
}

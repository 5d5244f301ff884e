/** The secrets that Hive keeps for a stack: where they are on this machine. */
import { accessSync, constants } from 'node:fs';
import type { FileReader } from './files/file-reader.ts';
import { processFiles } from './files/process-files.ts';
import type { ReadSecrets } from './model/secrets/secrets.ts';
import { stateDirOf, stateRoot } from './runtime/memory/state-dir.ts';
import { findKeyring, GATEWAY_LIMIT_MS, type Keyring } from './secrets/store/keyring.ts';
import { globalPlace, placeOfStack, type StorePlace } from './secrets/store/names.ts';

/** The store of the stack, which wins, and the one for all stacks of this user. */
export const secretPlaces = (file: string): readonly [own: StorePlace, ofAll: StorePlace] => [
  placeOfStack(stateDirOf(file)),
  globalPlace(stateRoot()),
];

export const keyringHere = (limitMs: number): Keyring | undefined =>
  findKeyring(process.env, process.platform, isProgram, limitMs);

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Reads secrets of the stack of a config file. Its code is loaded by the first file that refers to one.
 *
 * @param file absolute path of the config file
 */
export function secretsOf(file: string, files: FileReader = processFiles): ReadSecrets {
  let read: Promise<ReadSecrets> | undefined;
  const load = async (): Promise<ReadSecrets> => {
    const { createSecretReader } = await import('./secrets/store/reader.ts');
    return createSecretReader({ places: secretPlaces(file), files, keyring: keyringHere(GATEWAY_LIMIT_MS) });
  };
  return async (names) => {
    read ??= load();
    return (await read)(names);
  };
}

/** Names, values and places of secrets that Hive keeps: what is taken, and up to which size. */
import { basename, dirname, join } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { cutEnd } from '../../model/text/cut.ts';

/** As variables: Compose gets a secret under its name. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const MAX_NAME_CHARACTERS = 128;
/** Bytes of UTF-8. Linux takes no variable above 128 KiB. */
export const MAX_VALUE_BYTES = 1 << 16;
/** Secrets of one store. */
export const MAX_SECRETS = 500;
/** Of a store, which is read at each edit of a stack that refers to a secret. */
export const MAX_STORE_BYTES = 4 << 20;

/** Where the secrets of a stack are, or those of all stacks of this user. */
export interface StorePlace {
  /** Absolute path of the store. */
  readonly path: string;
  /** Absolute path of the key, if it is in a file. */
  readonly keyPath: string;
  readonly isGlobal: boolean;
}

/** @param stateFolder the folder of Hive's own files of the stack */
export function placeOfStack(stateFolder: string): StorePlace {
  return placeIn(dirname(stateFolder), basename(stateFolder), false);
}

/** @param stateFolder of any stack of the same user */
export function globalPlace(stateRoot: string): StorePlace {
  return placeIn(stateRoot, 'global', true);
}

/** Beside the state folders, which people may delete, and where no other file changes. */
export const secretsFolder = (stateRoot: string): string => join(stateRoot, 'secrets');

function placeIn(stateRoot: string, name: string, isGlobal: boolean): StorePlace {
  const folder = secretsFolder(stateRoot);
  return { path: join(folder, `${name}.json`), keyPath: join(folder, `${name}.key`), isGlobal };
}

export const isSecretName = (name: string): boolean => NAME.test(name) && name.length <= MAX_NAME_CHARACTERS;

/** @throws GatewayError USAGE */
export function requireSecretName(name: string): void {
  if (isSecretName(name)) return;
  throw new GatewayError('USAGE', `${JSON.stringify(cutEnd(name, 40))} cannot be the name of a secret`, {
    hint:
      `use up to ${MAX_NAME_CHARACTERS} letters, digits and _, and begin with none of the digits: ` +
      'npx hive secret set GITHUB_TOKEN',
  });
}

/**
 * The text of a value as it was typed or read. One line end behind it is left out, as programs write one.
 * @throws GatewayError VALUE_INVALID for a value that no variable can have
 */
export function secretValueOf(bytes: Buffer): string {
  if (bytes.length > MAX_VALUE_BYTES) throw refused(`is longer than ${MAX_VALUE_BYTES >> 10} KiB`);
  const text = decoded(bytes).replace(/\r?\n$/, '');
  if (text === '') throw refused('is empty');
  if (text.includes('\0')) throw refused('holds a NUL, which no variable can hold');
  return text;
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refused('is not UTF-8 text');
  }
}

const refused = (why: string): GatewayError =>
  new GatewayError('VALUE_INVALID', `the value ${why}`, {
    hint: 'give the value itself, by the prompt, by stdin or by --file FILE; large files belong in `volumes`',
  });

/** Removes all secrets of this user, for `hive uninstall`. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_STATE_BYTES } from '../../files/limits.ts';
import { readFileText } from '../../files/read-file.ts';
import { parseDocument } from '../../secrets/store/document.ts';
import { type Keyring, PERSON_LIMIT_MS } from '../../secrets/store/keyring.ts';
import { keyringHere } from '../../secrets-of.ts';
import { print } from '../terminal/print.ts';

/** Keys in the keyring go too. A store that cannot be read goes without its key, which opens nothing then. */
export async function forgetSecrets(folder: string): Promise<void> {
  const keyring = keyringHere(PERSON_LIMIT_MS);
  for (const name of readdirSync(folder).filter((it) => it.endsWith('.json')))
    await forgetKey(join(folder, name), keyring);
  rmSync(folder, { recursive: true, force: true });
  print(`removed ${folder}`);
}

async function forgetKey(path: string, keyring: Keyring | undefined): Promise<void> {
  try {
    const text = readFileText(path, { maxBytes: MAX_STATE_BYTES, followLinks: false });
    const { key } = parseDocument(text, path);
    if (key.home === 'keyring') await keyring?.remove(key.id);
  } catch {
    // The store goes all the same.
  }
}

/** The key of a store: in the keyring of the system, or in a file beside the store. */
import { randomBytes } from 'node:crypto';
import { linkSync, rmSync } from 'node:fs';
import { GatewayError } from '../../errors.ts';
import { readFileBytes } from '../../files/read-file.ts';
import { writeNew } from '../../store/write-whole.ts';
import { beginAnew, type KeyHome, type StoreDocument } from './document.ts';
import type { Keyring } from './keyring.ts';
import type { StorePlace } from './names.ts';
import { KEY_BYTES, seal, unseal } from './seal.ts';

/** Sealed in every store. */
const CHECKED = 'hive';
const CHECK_NAME = '/check';
const OWN_FILE = { maxBytes: 4_096, followLinks: false };

export interface StoreKey {
  readonly bytes: Buffer;
  readonly facts: StoreDocument['key'];
}

/**
 * The key of a store that is there.
 * @throws GatewayError SECRETS_FAILED if there is none, or another one
 */
export async function keyOf(
  place: StorePlace,
  { key }: StoreDocument,
  keyring: Keyring | undefined,
): Promise<StoreKey> {
  const text = key.home === 'file' ? fromFile(place) : await fromKeyring(place, key.id, keyring);
  const bytes = Buffer.from(text, 'base64');
  if (unseal(bytes, CHECK_NAME, key.check) === CHECKED) return { bytes, facts: key };
  const where = key.home === 'file' ? place.keyPath : (keyring?.words ?? 'the keyring');
  throw failed(place, `the key in ${where} is not that of ${place.path}`);
}

function fromFile({ keyPath, ...place }: StorePlace): string {
  try {
    return readFileBytes(keyPath, OWN_FILE).toString('utf8');
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const why = isMissing ? 'it is missing' : (cause as Error).message;
    throw failed({ keyPath, ...place }, `the key ${keyPath} cannot be read: ${why}`, cause);
  }
}

async function fromKeyring(place: StorePlace, id: string, keyring: Keyring | undefined): Promise<string> {
  if (!keyring) throw unanswered(place, 'this session has none: no secret-tool or security, or no desktop');
  const found = await keyring.read(id).catch((cause: Error) => {
    throw unanswered(place, cause.message);
  });
  if (found === undefined) throw failed(place, `${keyring.words} has no key for ${place.path}`);
  return found;
}

const failed = (place: StorePlace, message: string, cause?: unknown): GatewayError =>
  new GatewayError('SECRETS_FAILED', message, {
    hint: `put the key back from a backup, or begin anew: ${beginAnew(place.path)}`,
    cause,
  });

const unanswered = ({ path, isGlobal }: StorePlace, why: string): GatewayError =>
  new GatewayError('SECRETS_FAILED', `the keyring that has the key of ${path} does not answer: ${why}`, {
    hint:
      'unlock the keyring; or, in a session where it answers, keep the key in a file: ' +
      `npx hive secret key file${isGlobal ? ' --global' : ''}`,
  });

/** Makes a key and keeps it. @throws GatewayError SECRETS_FAILED; the file system's error */
export async function makeKey(
  place: StorePlace,
  home: KeyHome,
  keyring: Keyring | undefined,
): Promise<StoreKey> {
  return keepKey(place, home, keyring, home === 'file' ? firstKey(place) : randomBytes(KEY_BYTES));
}

/** Keeps a key in a home. @throws GatewayError SECRETS_FAILED; the file system's error */
export async function keepKey(
  place: StorePlace,
  home: KeyHome,
  keyring: Keyring | undefined,
  bytes: Buffer,
): Promise<StoreKey> {
  const id = randomBytes(8).toString('hex');
  const text = bytes.toString('base64');
  if (home === 'keyring') await toKeyring(place, id, text, keyring);
  else if (!keyInFile(place, bytes).equals(bytes))
    throw failed(place, `${place.keyPath} has another key already`);
  return { bytes, facts: { home, id, check: seal(bytes, CHECK_NAME, CHECKED) } };
}

/** Reads it again at once: a keyring that forgets would lose every secret. */
async function toKeyring(
  place: StorePlace,
  id: string,
  text: string,
  keyring: Keyring | undefined,
): Promise<void> {
  if (!keyring) throw unanswered(place, 'this session has none');
  try {
    await keyring.write(id, text);
    if ((await keyring.read(id)) !== text) throw new Error('it did not keep the key');
  } catch (cause) {
    throw unanswered(place, (cause as Error).message);
  }
}

/** The key of the file, which is made if there is none: the first of two commands at once makes it. */
function keyInFile(place: StorePlace, fresh: Buffer): Buffer {
  const draft = `${place.keyPath}.${randomBytes(6).toString('hex')}`;
  try {
    writeNew(draft, fresh.toString('base64'), 0o600, true);
    linkSync(draft, place.keyPath);
    return fresh;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  } finally {
    rmSync(draft, { force: true });
  }
  return Buffer.from(fromFile(place), 'base64');
}

/** Without a store, nothing needs a key that was not written whole. */
function firstKey(place: StorePlace): Buffer {
  const found = keyInFile(place, randomBytes(KEY_BYTES));
  if (found.length === KEY_BYTES) return found;
  rmSync(place.keyPath, { force: true });
  return keyInFile(place, randomBytes(KEY_BYTES));
}

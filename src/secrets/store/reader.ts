/** Reads the secrets that a stack refers to: those of the stack, then those of all stacks of this user. */
import { GatewayError } from '../../errors.ts';
import type { FileReader } from '../../files/file-reader.ts';
import type { ReadSecrets, SecretReading, SecretTrouble } from '../../model/secrets/secrets.ts';
import { parseDocument, type StoreDocument } from './document.ts';
import type { Keyring } from './keyring.ts';
import { keyOf } from './keys.ts';
import { MAX_STORE_BYTES, type StorePlace } from './names.ts';
import { unseal } from './seal.ts';

export interface ReaderFrom {
  /** The earlier place wins. */
  readonly places: readonly StorePlace[];
  readonly files: Pick<FileReader, 'text'>;
  readonly keyring: Keyring | undefined;
}

/** Asks a keyring once for each key: those of a store never change under their id. */
export function createSecretReader({ places, files, keyring }: ReaderFrom): ReadSecrets {
  const keys = new Map<string, Buffer>();
  const keyFor = async (place: StorePlace, document: StoreDocument): Promise<Buffer> => {
    const { id } = document.key;
    const bytes = keys.get(id) ?? (await keyOf(place, document, keyring)).bytes;
    keys.set(id, bytes);
    return bytes;
  };

  const readPlace = async (place: StorePlace, names: readonly string[]): Promise<Found> => {
    const document = await documentAt(place, files);
    const kept = names.filter((name) => document?.secrets.has(name));
    if (!document || kept.length === 0) return new Map();
    const key = await keyFor(place, document);
    return new Map(kept.map((name) => [name, opened(key, name, document, place)]));
  };

  return async (names) => {
    const found = new Map<string, string | SecretTrouble>();
    for (const place of places) {
      const left = names.filter((name) => !found.has(name));
      const read = await readPlace(place, left).catch(
        // Which names the store has is not known, so none of them is looked for elsewhere.
        (thrown: Error): Found => new Map(left.map((name) => [name, troubleOf(thrown)])),
      );
      for (const [name, it] of read) found.set(name, it);
    }
    return { ...sorted(found), watched: places.map(({ path }) => path) };
  };
}

/** Values, and why there is none, by name. */
type Found = ReadonlyMap<string, string | SecretTrouble>;

function sorted(found: Found): Omit<SecretReading, 'watched'> {
  const values: Record<string, string> = Object.create(null);
  const troubles = new Map<string, SecretTrouble>();
  for (const [name, it] of found)
    if (typeof it === 'string') values[name] = it;
    else troubles.set(name, it);
  return { values, troubles };
}

async function documentAt(
  { path }: StorePlace,
  files: Pick<FileReader, 'text'>,
): Promise<StoreDocument | undefined> {
  let text: string;
  try {
    text = await files.text(path, MAX_STORE_BYTES);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const hint = `let this user read ${path}`;
    throw new GatewayError('SECRETS_FAILED', `${path}: ${(cause as Error).message}`, { hint, cause });
  }
  return parseDocument(text, path);
}

function opened(
  key: Buffer,
  name: string,
  { secrets }: StoreDocument,
  { path, isGlobal }: StorePlace,
): string | SecretTrouble {
  const value = unseal(key, name, secrets.get(name)?.sealed ?? '');
  if (value !== undefined) return value;
  const hint = `npx hive secret set ${name}${isGlobal ? ' --global' : ''}`;
  return { message: `its value in ${path} is damaged`, hint };
}

const troubleOf = (thrown: Error): SecretTrouble => ({
  message: thrown.message,
  hint: (thrown instanceof GatewayError && thrown.hint) || 'npx hive doctor',
});

/** The key of the digests of secret values, kept in a file of the state folder. */
import { randomBytes } from 'node:crypto';
import { linkSync, rmSync } from 'node:fs';
import { isOfDisk } from '../../files/fault.ts';
import { readFileBytes } from '../../files/read-file.ts';
import { writeWhole } from '../../store/write-whole.ts';

const KEY_BYTES = 32;
const OWN_FILE = { maxBytes: 4_096, followLinks: false };

/** A key of another length was not written whole, and is made anew: an empty one would protect nothing. */
export class ValuesKey {
  readonly #path: string;
  readonly #write: typeof writeWhole;
  #bytes: Buffer | undefined;
  /** The key, while it is only in memory. */
  #unsaved: Buffer | undefined;

  /** @param write only tests set it */
  constructor(path: string, write = writeWhole) {
    this.#path = path;
    this.#write = write;
  }

  /**
   * Reads the key at the first use, or makes one. A disk without room for it does not prevent its use: `save`
   * writes it later.
   * @throws FileFault or the file system's error if there is a key that cannot be read
   */
  get bytes(): Buffer {
    if (this.#bytes) return this.#bytes;
    const found = readKey(this.#path);
    this.#bytes = isWhole(found) ? found : this.#make();
    return this.#bytes;
  }

  /** Writes a key that is only in memory. @throws the file system's error */
  save(): void {
    if (!this.#unsaved) return;
    this.#bytes = saveKey(this.#path, this.#unsaved, this.#write);
    this.#unsaved = undefined;
  }

  #make(): Buffer {
    const key = randomBytes(KEY_BYTES);
    try {
      return saveKey(this.#path, key, this.#write);
    } catch (error) {
      if (!isOfDisk(error)) throw error;
      this.#unsaved = key;
      return key;
    }
  }
}

const isWhole = (key: Buffer | undefined): key is Buffer => key?.length === KEY_BYTES;

/** Undefined if there is none. */
function readKey(path: string): Buffer | undefined {
  try {
    return readFileBytes(path, OWN_FILE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Two commands may start at once: the first key stays, and both use it. @returns the key in the file */
function saveKey(path: string, key: Buffer, write: typeof writeWhole): Buffer {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    write(draft, key, { isSynced: true });
    const before = readKey(path);
    if (before && !isWhole(before)) rmSync(path, { force: true });
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileBytes(path, OWN_FILE);
}

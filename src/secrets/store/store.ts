/** The store of secrets: a file of this user alone, with sealed values. */

import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { contentOf, replaceFile } from '../../store/replace-file.ts';
import { documentText, type KeyHome, parseDocument, type StoreDocument } from './document.ts';
import type { Keyring } from './keyring.ts';
import { keepKey, keyOf, makeKey, type StoreKey } from './keys.ts';
import { MAX_SECRETS, MAX_STORE_BYTES, requireSecretName, type StorePlace } from './names.ts';
import { seal } from './seal.ts';

export interface StoreTools {
  readonly keyring: Keyring | undefined;
  /** Where the key of a new store goes; `any`: to the keyring, or to a file if there is none that answers. */
  readonly newKeyHome: KeyHome | 'any';
  /** Unix milliseconds. */
  readonly now: () => number;
  /** The same as RFC 3339. */
  readonly timeText: () => string;
}

export interface KeptSecret {
  readonly name: string;
  /** RFC 3339. */
  readonly since: string;
}

/** Several commands may change one store at once: each change is made to what the others have left. */
export class SecretStore {
  readonly place: StorePlace;
  readonly #tools: StoreTools;

  constructor(place: StorePlace, tools: StoreTools) {
    this.place = place;
    this.#tools = tools;
  }

  /** Where the key is; undefined while there is no store. @throws GatewayError SECRETS_FAILED */
  get keyHome(): KeyHome | undefined {
    return this.#read().document?.key.home;
  }

  /** By name. Needs no key. @throws GatewayError SECRETS_FAILED */
  list(): readonly KeptSecret[] {
    const { document } = this.#read();
    return [...(document?.secrets ?? [])].map(([name, { since }]) => ({ name, since }));
  }

  /** @returns true if it was there already @throws GatewayError USAGE, SECRETS_FAILED */
  async set(name: string, value: string): Promise<boolean> {
    requireSecretName(name);
    this.#makeFolder();
    let isChange = false;
    await this.#change(async (before) => {
      const { bytes, facts } = await this.#key(before);
      isChange = before?.secrets.has(name) ?? false;
      const since = this.#tools.timeText();
      const secrets = new Map(before?.secrets).set(name, { sealed: seal(bytes, name, value), since });
      if (secrets.size > MAX_SECRETS) throw this.#full(`has ${MAX_SECRETS} secrets already`);
      return { key: facts, secrets };
    });
    return isChange;
  }

  /** @returns false if it was not there @throws GatewayError SECRETS_FAILED */
  async remove(name: string): Promise<boolean> {
    let isThere = false;
    await this.#change(async (before) => {
      isThere = before?.secrets.has(name) ?? false;
      if (!before || !isThere) return undefined;
      const secrets = new Map(before.secrets);
      secrets.delete(name);
      return { ...before, secrets };
    });
    return isThere;
  }

  /** Checks that values can be read. Nothing to check without a store. @throws GatewayError SECRETS_FAILED */
  async check(): Promise<void> {
    const { document } = this.#read();
    if (document) await keyOf(this.place, document, this.#tools.keyring);
  }

  /** Moves the key. @returns the key's home before @throws GatewayError SECRETS_FAILED */
  async moveKey(home: KeyHome): Promise<StoreDocument['key'] | undefined> {
    let old: StoreDocument['key'] | undefined;
    await this.#change(async (before) => {
      if (!before || before.key.home === home) return undefined;
      const { bytes } = await keyOf(this.place, before, this.#tools.keyring);
      old = before.key;
      const { facts } = await keepKey(this.place, home, this.#tools.keyring, bytes);
      return { ...before, key: facts };
    });
    return old;
  }

  /** After the key has moved to the keyring. */
  removeKeyFile(): void {
    rmSync(this.place.keyPath, { force: true });
  }

  #key(before: StoreDocument | undefined): Promise<StoreKey> {
    const { keyring, newKeyHome } = this.#tools;
    if (before) return keyOf(this.place, before, keyring);
    if (newKeyHome !== 'any') return makeKey(this.place, newKeyHome, keyring);
    const inFile = (): Promise<StoreKey> => makeKey(this.place, 'file', keyring);
    return keyring ? makeKey(this.place, 'keyring', keyring).catch(inFile) : inFile();
  }

  async #change(
    change: (before: StoreDocument | undefined) => Promise<StoreDocument | undefined>,
  ): Promise<void> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const { bytes, document } = this.#read();
      const next = await change(document);
      if (next === undefined) return;
      const after = Buffer.from(documentText(next));
      if (after.length > MAX_STORE_BYTES)
        throw this.#full(`would be larger than ${MAX_STORE_BYTES >> 20} MiB`);
      if (this.#write(bytes, after)) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    throw new GatewayError('SECRETS_FAILED', `${this.place.path} is being changed by others`, {
      hint: 'try again',
    });
  }

  #write(before: Buffer | undefined, after: Buffer): boolean {
    const { path } = this.place;
    try {
      const now = this.#tools.now();
      return replaceFile({ path, before, after, maxBytes: MAX_STORE_BYTES, now }) === 'done';
    } catch (cause) {
      throw this.#unusable(cause, 'written');
    }
  }

  #read(): { readonly bytes?: Buffer | undefined; readonly document?: StoreDocument | undefined } {
    const bytes = this.#bytes();
    if (bytes === undefined) return {};
    return { bytes, document: parseDocument(bytes.toString('utf8'), this.place.path) };
  }

  #bytes(): Buffer | undefined {
    try {
      return contentOf(this.place.path, MAX_STORE_BYTES);
    } catch (cause) {
      throw this.#unusable(cause, 'read');
    }
  }

  #makeFolder(): void {
    try {
      makeFolder(dirname(this.place.path), 0o700);
    } catch (cause) {
      throw this.#unusable(cause, 'written');
    }
  }

  #full(why: string): GatewayError {
    return new GatewayError('SECRETS_FAILED', `${this.place.path} ${why}`, {
      hint: 'remove what nothing refers to: npx hive secret list',
    });
  }

  #unusable(cause: unknown, verb: 'read' | 'written'): GatewayError {
    const { path } = this.place;
    return new GatewayError('SECRETS_FAILED', `${path} cannot be ${verb}: ${(cause as Error).message}`, {
      hint: `let this user read and write ${path}, and make room on its disk`,
      cause,
    });
  }
}

/** Longer than a command that was killed keeps others from writing. */
const MAX_ATTEMPTS = 750;
const PAUSE_MS = 20;

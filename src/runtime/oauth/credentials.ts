/** Stores the results of logins, one file for each login. */
import { createHash } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type {
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import type { JWK } from 'jose';
import { MAX_STATE_BYTES } from '../../files/limits.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { readFileText } from '../../files/read-file.ts';
import { writeWhole } from '../../store/write-whole.ts';
import { requireAnswer } from '../memory/state-answers.ts';
import type { Challenge } from './challenge.ts';

/**
 * Everything saved of one login. The SDK marks each part with its issuer, and sends none to another issuer.
 */
export interface SavedLogin {
  readonly client?: StoredOAuthClientInformation;
  /** `savedAt` is Unix milliseconds; `expires_in` counts from then. */
  readonly tokens?: StoredOAuthTokens & { readonly savedAt: number };
  readonly discovery?: OAuthDiscoveryState;
  /** The server's last challenge. */
  readonly challenge?: Challenge;
  /** The private key to which the tokens are bound, if the server wants bound tokens (RFC 9449). */
  readonly dpopKey?: JWK;
}

/** Parts of a login to save; an undefined part is removed. */
export type LoginParts = { readonly [Part in keyof SavedLogin]: SavedLogin[Part] | undefined };

/** Saved logins by key. Only the user that runs Hive may read their files. */
export interface Credentials {
  /** Waits for the disk, since `read` would wait without a limit. @throws GatewayError STATE_FAILED */
  answer(key: string): Promise<void>;
  read(key: string): SavedLogin;
  /** Merges the parts into the saved ones. */
  save(key: string, parts: LoginParts): void;
  /** Removes the login. False if it had no tokens. */
  forget(key: string): boolean;
}

const OWN_FILE = { maxBytes: MAX_STATE_BYTES, followLinks: false };

/** A file as it was when it was last read. `stamp` is undefined if there was no file. */
interface CachedFile {
  readonly path: string;
  readonly stamp: string | undefined;
  readonly saved: SavedLogin;
}

/**
 * Opens the folder of saved logins, which need not exist. Each request to a server reads a login, so a file
 * is parsed again only after it was written, perhaps by `hive login`.
 */
export function openCredentials(folder: string): Credentials {
  const pathOf = (key: string): string =>
    join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
  const cache = new Map<string, CachedFile>();
  const read = (key: string): SavedLogin => {
    const last = cache.get(key) ?? { path: pathOf(key), stamp: undefined, saved: {} };
    const stamp = stampOf(last.path);
    const now = stamp === last.stamp ? last : { path: last.path, stamp, saved: parseFile(last.path) };
    cache.set(key, now);
    return now.saved;
  };
  return {
    answer: (key) => requireAnswer(pathOf(key)),
    read,
    save(key, parts) {
      makeFolder(folder, 0o700);
      writeWhole(pathOf(key), JSON.stringify({ ...read(key), ...parts }));
    },
    forget(key) {
      const hadTokens = read(key).tokens !== undefined;
      rmSync(pathOf(key), { force: true });
      return hadTokens;
    },
  };
}

/** Different after each write, since a write replaces the file. Undefined if there is no file. */
function stampOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
}

/** Empty for a missing or damaged file: the next login replaces it. */
function parseFile(path: string): SavedLogin {
  try {
    return JSON.parse(readFileText(path, OWN_FILE)) as SavedLogin;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

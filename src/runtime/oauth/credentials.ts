/** Saved logins: one file for each, readable by this user alone. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type {
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import type { JWK } from 'jose';
import { writeWhole } from '../../store/write-whole.ts';

/** The saved parts of one login. Each names the issuer that it is for: the SDK hands it to no other. */
export interface Saved {
  readonly client?: StoredOAuthClientInformation;
  /** `savedAt` is Unix milliseconds; `expires_in` counts from then. */
  readonly tokens?: StoredOAuthTokens & { readonly savedAt: number };
  readonly discovery?: OAuthDiscoveryState;
  /** The server's last challenge: the URL of its metadata, its scopes, and whether tokens must be bound to a key (RFC 9449). */
  readonly challenge?: {
    readonly resourceMetadataUrl?: string;
    readonly scope?: string;
    readonly dpop?: boolean;
  };
  /** The key that tokens are bound to, if the server asks for that. */
  readonly dpopKey?: JWK;
}

/** Saved logins by key. */
export interface Credentials {
  read(key: string): Saved;
  /** Merges parts. An undefined part is removed. */
  save(key: string, parts: { readonly [Part in keyof Saved]: Saved[Part] | undefined }): void;
  /** False if there were no tokens. */
  forget(key: string): boolean;
}

/** A file as last read. */
interface KnownFile {
  readonly file: string;
  readonly stamp: string | undefined;
  readonly saved: Saved;
}

/**
 * Opens the saved logins in a folder. Each request to a server reads its login, so a file is read again only after it was
 * written, perhaps by `hive login`.
 */
export function openCredentials(folder: string): Credentials {
  const fileOf = (key: string): string =>
    join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
  const known = new Map<string, KnownFile>();
  const read = (key: string): Saved => {
    const last = known.get(key) ?? { file: fileOf(key), stamp: undefined, saved: {} };
    const stamp = stampOf(last.file);
    const now = stamp === last.stamp ? last : { file: last.file, stamp, saved: parsed(last.file) };
    known.set(key, now);
    return now.saved;
  };
  return {
    read,
    save(key, parts) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeWhole(fileOf(key), JSON.stringify({ ...read(key), ...parts }), 0o600);
    },
    forget(key) {
      const had = read(key).tokens !== undefined;
      rmSync(fileOf(key), { force: true });
      return had;
    },
  };
}

/** Changes with each write, which replaces the file; undefined if there is no file. */
function stampOf(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat && `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
}

function parsed(file: string): Saved {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Saved;
  } catch (error) {
    // A broken file counts as missing: the next login replaces it.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

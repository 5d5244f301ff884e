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

/** What a login at one server left behind. Every part carries the issuer that it is for: the SDK hands none to another. */
export interface Saved {
  readonly client?: StoredOAuthClientInformation;
  /** `savedAt` is Unix milliseconds: `expires_in` counts from there. */
  readonly tokens?: StoredOAuthTokens & { readonly savedAt: number };
  readonly discovery?: OAuthDiscoveryState;
  /** From the server's last challenge: where its metadata is, which scopes it wants, and whether bound to a key (RFC 9449). */
  readonly challenge?: {
    readonly resourceMetadataUrl?: string;
    readonly scope?: string;
    readonly dpop?: boolean;
  };
  /** What tokens are bound to, where the server asks for that. */
  readonly dpopKey?: JWK;
}

/** Tokens for servers, one file for each key, readable by this user alone. */
export interface Credentials {
  read(key: string): Saved;
  /** Merges: an undefined part is forgotten. */
  save(key: string, parts: { readonly [Part in keyof Saved]: Saved[Part] | undefined }): void;
  /** False when there was nothing. */
  forget(key: string): boolean;
}

/** A file as it was when it was read last. */
interface Read {
  readonly file: string;
  readonly stamp: string | undefined;
  readonly saved: Saved;
}

/** Every request to a server asks: a file is read again only when it was written since, perhaps by `hive login`. */
export function openCredentials(folder: string): Credentials {
  const fileOf = (key: string): string =>
    join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
  const known = new Map<string, Read>();
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

/** Other after each write, which replaces the file; undefined where there is none. */
function stampOf(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat && `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
}

function parsed(file: string): Saved {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Saved;
  } catch (error) {
    // Unreadable ones are as good as none: the next login writes them anew.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

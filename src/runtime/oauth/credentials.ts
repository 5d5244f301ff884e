import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type {
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import { writeWhole } from '../override.ts';

/** What a login at one server left behind. Every part carries the issuer that it is for: the SDK hands none to another. */
export interface Saved {
  readonly client?: StoredOAuthClientInformation;
  /** `savedAt` is Unix milliseconds: `expires_in` counts from there. */
  readonly tokens?: StoredOAuthTokens & { readonly savedAt: number };
  readonly discovery?: OAuthDiscoveryState;
  /** From the server's last challenge: where its metadata is, and which scopes it wants. */
  readonly challenge?: { readonly resourceMetadataUrl?: string; readonly scope?: string };
}

/** Tokens for servers, one file for each URL, readable by this user alone. */
export interface Credentials {
  read(url: string): Saved;
  /** Merges: an undefined part is forgotten. */
  save(url: string, parts: { readonly [Part in keyof Saved]: Saved[Part] | undefined }): void;
  /** False when there was nothing. */
  forget(url: string): boolean;
}

export function openCredentials(folder: string): Credentials {
  const fileOf = (url: string): string =>
    join(folder, `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.json`);
  const read = (url: string): Saved => {
    try {
      return JSON.parse(readFileSync(fileOf(url), 'utf8')) as Saved;
    } catch (error) {
      // Unreadable ones are as good as none: the next login writes them anew.
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw error;
    }
  };
  return {
    read,
    save(url, parts) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeWhole(fileOf(url), JSON.stringify({ ...read(url), ...parts }), 0o600);
    },
    forget(url) {
      const had = read(url).tokens !== undefined;
      rmSync(fileOf(url), { force: true });
      return had;
    },
  };
}

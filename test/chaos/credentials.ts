/** Tokens of the clients of a chaos run. */
import { createHash, randomBytes } from 'node:crypto';

export interface Credentials {
  /** Two principals, among which the clients are divided. */
  readonly tokens: readonly [string, string];
  /** A third one, which is taken out now and then. */
  readonly guest: string;
  /** `auth.tokens` of the config. */
  readonly digests: Readonly<Record<string, string>>;
}

export function makeCredentials(): Credentials {
  const [ada, bob, guest] = [newToken(), newToken(), newToken()];
  const digests = { ada: digestOf(ada), bob: digestOf(bob), guest: digestOf(guest) };
  return { tokens: [ada, bob], guest, digests };
}

export const newToken = (): string => `hive_${randomBytes(32).toString('base64url')}`;

const digestOf = (token: string): string => `sha256:${createHash('sha256').update(token).digest('hex')}`;

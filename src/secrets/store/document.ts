/** The text of a store: names and dates in clear, values sealed. */
import { GatewayError } from '../../errors.ts';
import { isRecord } from '../../model/collections/is-record.ts';
import { shellWord } from '../../model/text/commands.ts';
import { isSecretName, MAX_SECRETS } from './names.ts';

const VERSION = 1;

export interface SealedSecret {
  readonly sealed: string;
  /** RFC 3339: when it was set. */
  readonly since: string;
}

/** Where the key of a store is. */
export type KeyHome = 'keyring' | 'file';

export interface StoreDocument {
  readonly key: {
    readonly home: KeyHome;
    /** Name of the key in the keyring. */
    readonly id: string;
    /** A known text, sealed: shows whether a key is the right one. */
    readonly check: string;
  };
  readonly secrets: ReadonlyMap<string, SealedSecret>;
}

export function documentText({ key, secrets }: StoreDocument): string {
  const sorted = [...secrets].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify({ version: VERSION, key, secrets: Object.fromEntries(sorted) }, null, 1)}\n`;
}

/**
 * A store that was not written like this is no empty store: the next change would lose what is in it.
 * @throws GatewayError SECRETS_FAILED
 */
export function parseDocument(text: string, path: string): StoreDocument {
  const { version, key, secrets } = Object(parsed(text)) as Record<string, unknown>;
  if (typeof version === 'number' && version > VERSION)
    throw new GatewayError('SECRETS_FAILED', `${path} was written by a newer Hive`, {
      hint: 'install that version again: npm install -g hive-mcp@latest',
    });
  const entries = isRecord(secrets) ? Object.entries(secrets) : [];
  const isWhole = version === VERSION && isKey(key) && isRecord(secrets) && entries.length <= MAX_SECRETS;
  if (!isWhole || !entries.every(isEntry)) throw damaged(path);
  return { key, secrets: new Map(entries as [string, SealedSecret][]) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isKey = (key: unknown): key is StoreDocument['key'] =>
  isRecord(key) &&
  (key.home === 'keyring' || key.home === 'file') &&
  /^[\w-]{1,64}$/.test(String(key.id)) &&
  typeof key.check === 'string';

const isEntry = ([name, value]: [string, unknown]): boolean =>
  isSecretName(name) &&
  isRecord(value) &&
  typeof value.sealed === 'string' &&
  typeof value.since === 'string';

const damaged = (path: string): GatewayError =>
  new GatewayError('SECRETS_FAILED', `${path} is damaged`, {
    hint: `put it back from a backup, or begin anew: ${beginAnew(path)}`,
  });

/** Moves a store away, after which it counts as empty. */
export const beginAnew = (path: string): string =>
  `mv ${shellWord(path)} ${shellWord(`${path}.damaged`)}, then npx hive secret set NAME for each secret`;

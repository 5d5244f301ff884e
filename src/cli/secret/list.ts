/** `hive secret list`: names of secrets with their servers, never values. */

import Table from 'cli-table3';
import { variablesIn } from '../../model/references.ts';
import { secretIn } from '../../model/secrets/secret-name.ts';
import type { Stack } from '../../model/stack.ts';
import type { SecretStore } from '../../secrets/store/store.ts';
import { checkConfig } from '../stack/read-config.ts';
import { typedFor } from '../stack/typing.ts';
import { PLAIN_TABLE } from '../terminal/plain-table.ts';
import { print, printJson } from '../terminal/print.ts';
import { keyWords, openStores } from './open.ts';
import type { SecretOptions } from './options.ts';

interface Row {
  readonly name: string;
  readonly scope: 'stack' | 'global';
  /** RFC 3339; absent for a secret that servers need and nobody has set. */
  readonly since?: string;
  /** Servers whose entries refer to it. */
  readonly servers: readonly string[];
}

/** @throws GatewayError SECRETS_FAILED, CONFIG_NOT_FOUND */
export async function listSecrets(options: SecretOptions): Promise<void> {
  const { file, own, ofAll, keyring } = await openStores(options, options.config !== undefined);
  const stores = options.global || !own ? [ofAll] : [own, ofAll];
  const users: Users = file === undefined ? new Map() : await usersIn(file);
  const kept = stores.flatMap((store) => rowsOf(store, users));
  const rows = options.global ? kept : [...kept, ...missingRows(kept, users)];
  if (options.json) return printJson({ secrets: rows, stores: stores.map(storeFacts) }, 2);
  if (rows.length === 0)
    return print(typedFor(options.config)('no secrets are kept: npx hive secret set NAME'));
  print(tableOf(rows));
  for (const store of stores) {
    const key = keyWords(store, keyring);
    if (key !== '') print(`encrypted ${scopeWords(scopeOf(store.place))}; ${key}`);
  }
}

function missingRows(kept: readonly Row[], users: Users): Row[] {
  const names = new Set(kept.map(({ name }) => name));
  return [...users]
    .filter(([name]) => !names.has(name))
    .map(([name, servers]) => ({ name, scope: 'stack', servers }));
}

const storeFacts = ({ place, keyHome }: SecretStore) => ({
  path: place.path,
  scope: scopeOf(place),
  key: keyHome ?? null,
});

const scopeWords = (scope: Row['scope']): string =>
  scope === 'global' ? 'for all stacks' : 'for this stack';

/** Servers by the name of the secret. */
type Users = ReadonlyMap<string, readonly string[]>;

const scopeOf = ({ isGlobal }: SecretStore['place']): Row['scope'] => (isGlobal ? 'global' : 'stack');

const rowsOf = (store: SecretStore, users: Users): Row[] =>
  store
    .list()
    .map(({ name, since }) => ({ name, scope: scopeOf(store.place), since, servers: users.get(name) ?? [] }));

function tableOf(rows: readonly Row[]): string {
  const table = new Table({ ...PLAIN_TABLE, head: ['NAME', 'FOR', 'SET', 'USED BY'] });
  table.push(...rows.map(cells));
  return table.toString();
}

const cells = ({ name, scope, since, servers }: Row): string[] => [
  name,
  scopeWords(scope).replace('for ', ''),
  since === undefined ? 'not kept' : (/^[^.Z]{16}/.exec(since)?.[0].replace('T', ' ') ?? since),
  servers.join(', ') || '-',
];

/** Empty for a file with problems, which other commands show. */
async function usersIn(file: string): Promise<Users> {
  const { stack } = await checkConfig(file).catch(() => ({ stack: undefined }));
  const users = new Map<string, string[]>();
  for (const server of stack?.servers ?? [])
    for (const name of namesIn(server)) users.set(name, [...(users.get(name) ?? []), server.serverName]);
  return users;
}

/** A source of `secrets:` has the variable of its secret. */
function namesIn(server: Stack['servers'][number]): Set<string> {
  const { unset: _, ...entry } = server;
  const text = JSON.stringify(entry);
  const sources = [...text.matchAll(/"environment":"(secret:\w+)"/g)].map(([, variable = '']) => variable);
  return new Set([...variablesIn(text), ...sources].flatMap((variable) => secretIn(variable) ?? []));
}

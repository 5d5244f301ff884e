/** `hive secret`: keeps the values of `${secret:NAME}`. */
import { GatewayError } from '../../errors.ts';
import { suggest } from '../../model/text/suggest.ts';
import { requireSecretName } from '../../secrets/store/names.ts';
import type { SecretStore } from '../../secrets/store/store.ts';
import { print } from '../terminal/print.ts';
import { listSecrets } from './list.ts';
import { keyWords, type OpenStores, openStores } from './open.ts';
import type { SecretOptions } from './options.ts';
import { readValue } from './value.ts';

type Words = readonly (string | undefined)[];
type Verb = (words: Words, options: SecretOptions) => Promise<void>;

const VERBS: Readonly<Record<string, Verb>> = {
  set,
  list: (_words, options) => listSecrets(options),
  ls: (_words, options) => listSecrets(options),
  rm: remove,
  remove,
  key: moveKey,
};

/** @throws GatewayError USAGE, VALUE_INVALID, SECRETS_FAILED, SECRET_UNKNOWN, CONFIG_NOT_FOUND */
export async function secret([verb = 'list', ...words]: Words, options: SecretOptions): Promise<void> {
  const run = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (run) return run(words, options);
  throw new GatewayError('USAGE', `hive secret cannot ${verb}`, {
    hint: 'npx hive secret set NAME, npx hive secret list or npx hive secret rm NAME',
  });
}

async function set([name, ...more]: Words, options: SecretOptions): Promise<void> {
  if (name === undefined) throw unnamed('set');
  refuseValue(name, more);
  requireSecretName(name);
  const { store, keyring } = await storeOf(options);
  const value = await readValue(name, options.file);
  const wasThere = await store.set(name, value);
  print(
    `${name} is ${wasThere ? 'changed' : 'kept'} ${whose(options)}, encrypted; ${keyWords(store, keyring)}`,
  );
  if (value.length < SHORTEST_HIDDEN)
    print(`note: a value of fewer than ${SHORTEST_HIDDEN} characters cannot be hidden in logs`);
}

/** As src/secrets hides. */
const SHORTEST_HIDDEN = 4;

/** Arguments stand in the history of shells and in the list of processes. */
function refuseValue(name: string, more: Words): void {
  if (more.length === 0 && !name.includes('=')) return;
  const [plain = ''] = name.split('=');
  throw new GatewayError('USAGE', 'a value is never an argument: every user can read it there', {
    hint: `npx hive secret set ${plain || 'NAME'}, which asks for it; or write it to its stdin`,
  });
}

async function remove([name]: Words, options: SecretOptions): Promise<void> {
  if (name === undefined) throw unnamed('rm');
  const { store } = await storeOf(options);
  const known = store.list().map((it) => it.name);
  if (await store.remove(name)) return print(`${name} is removed ${whose(options)}`);
  const meant = suggest(name, known);
  throw new GatewayError('SECRET_UNKNOWN', `there is no secret ${JSON.stringify(name)} ${whose(options)}`, {
    hint: meant ? `did you mean ${meant}? npx hive secret list` : 'npx hive secret list',
  });
}

async function moveKey([home]: Words, options: SecretOptions): Promise<void> {
  if (home !== 'file' && home !== 'keyring')
    throw new GatewayError('USAGE', 'a key is kept in a file or in the keyring', {
      hint: 'npx hive secret key file, or npx hive secret key keyring',
    });
  const { store, keyring } = await storeOf(options);
  const old = await store.moveKey(home);
  if (old?.home === 'file') store.removeKeyFile();
  if (old?.home === 'keyring') await keyring?.remove(old.id).catch(() => undefined);
  print(old || store.keyHome ? keyWords(store, keyring) : `there are no secrets ${whose(options)}`);
}

interface MeantStore extends Pick<OpenStores, 'keyring'> {
  readonly store: SecretStore;
}

async function storeOf(options: SecretOptions): Promise<MeantStore> {
  const { own, ofAll, keyring } = await openStores(options, !options.global);
  return { store: options.global || !own ? ofAll : own, keyring };
}

const whose = (options: SecretOptions): string => (options.global ? 'for all stacks' : 'for this stack');

const unnamed = (verb: string): GatewayError =>
  new GatewayError('USAGE', `hive secret ${verb} needs the name of a secret`, {
    hint: verb === 'set' ? 'npx hive secret set GITHUB_TOKEN' : 'npx hive secret list has the names',
  });

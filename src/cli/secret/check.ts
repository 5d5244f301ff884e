/** Whether the stores of secrets that a stack reads are in order, for `hive doctor`. */
import { type GatewayError, toGatewayError } from '../../errors.ts';
import type { SecretStore } from '../../secrets/store/store.ts';
import { counted } from '../stack/describe-server.ts';
import { keyWords, type OpenStores, openStores } from './open.ts';

/** One for each store that there is: its content and the place of its key, or what is wrong with it. */
export async function checkSecrets(file: string): Promise<readonly (string | GatewayError)[]> {
  const { own, ofAll, keyring } = await openStores({ config: file }, false);
  const found = await Promise.all([own, ofAll].map((store) => store && checkStore(store, keyring)));
  return found.filter((it) => it !== undefined);
}

async function checkStore(
  store: SecretStore,
  keyring: OpenStores['keyring'],
): Promise<string | GatewayError | undefined> {
  try {
    const key = keyWords(store, keyring);
    if (key === '') return undefined;
    await store.check();
    const whose = store.place.isGlobal ? ' for all stacks' : '';
    return `${counted(store.list().length, 'secret')}${whose}, encrypted; ${key}`;
  } catch (thrown) {
    return toGatewayError(thrown);
  }
}

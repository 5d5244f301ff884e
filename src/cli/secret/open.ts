/** Opens the stores of secrets that a command means. */
import { systemClock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { requireAnswer } from '../../runtime/memory/state-answers.ts';
import type { KeyHome } from '../../secrets/store/document.ts';
import { type Keyring, PERSON_LIMIT_MS } from '../../secrets/store/keyring.ts';
import { SecretStore } from '../../secrets/store/store.ts';
import { keyringHere, secretPlaces } from '../../secrets-of.ts';
import { type ConfigOption, stackFile } from '../stack/stack-file.ts';

export interface OpenStores {
  /** Absolute path of the config file; undefined if there is none. */
  readonly file: string | undefined;
  /** Undefined without a config file. */
  readonly own: SecretStore | undefined;
  readonly ofAll: SecretStore;
  readonly keyring: Keyring | undefined;
}

/** Variable that says where the key of a new store goes: `file` or `keyring`. */
const HOME = 'HIVE_SECRETS_KEY';

/** @throws GatewayError CONFIG_NOT_FOUND if a file was named that is not there; STATE_FAILED */
export async function openStores(options: ConfigOption, needsFile: boolean): Promise<OpenStores> {
  const file = fileOf(options, needsFile);
  const [own, ofAll] = secretPlaces(file ?? '');
  for (const { path } of [own, ofAll]) await requireAnswer(path);
  const keyring = keyringHere(PERSON_LIMIT_MS);
  const tools = { keyring, newKeyHome: newKeyHome(), now: () => systemClock.now(), timeText };
  return {
    file,
    own: file ? new SecretStore(own, tools) : undefined,
    ofAll: new SecretStore(ofAll, tools),
    keyring,
  };
}

function fileOf(options: ConfigOption, needsFile: boolean): string | undefined {
  try {
    return stackFile(options);
  } catch (thrown) {
    if (needsFile) throw withGlobal(thrown);
    return undefined;
  }
}

/** A secret of a stack needs its file, and one for all stacks none. */
function withGlobal(thrown: unknown): unknown {
  if (!(thrown instanceof GatewayError)) return thrown;
  const hint = `${thrown.hint}; or keep the secret for all stacks: --global`;
  return new GatewayError(thrown.code, thrown.message, { hint });
}

const timeText = (): string => new Date(systemClock.now()).toISOString();

function newKeyHome(): KeyHome | 'any' {
  const home = process.env[HOME] ?? '';
  return home === 'file' || home === 'keyring' ? home : 'any';
}

/** In words: where the key of a store is. @throws GatewayError SECRETS_FAILED */
export function keyWords({ keyHome, place }: SecretStore, keyring: Keyring | undefined): string {
  if (keyHome === undefined) return '';
  return keyHome === 'file'
    ? `the key is the file ${place.keyPath}`
    : `the key is in ${keyring?.words ?? 'the keyring'}`;
}

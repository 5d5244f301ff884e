/** Fixes for keys that people write and the schema does not know. */
import { listOf } from '../source/phrases.ts';
import { ABOUT_CONTAINERS, composeHints } from './compose-words.ts';
import { KEYS, KINDS, type Kind } from './kinds.ts';

/** For top-level keys. */
export const SETTING_HINTS: Readonly<Record<string, string>> = {
  services: 'this looks like a Compose file: Hive writes that one itself, from `servers`',
  version: 'Hive files have no version: remove it',
  port: 'write gateway: { port: … }',
  host: 'write gateway: { host: … }',
};

/** For keys of entries that other programs know. */
const FAMILIAR: Readonly<Record<string, string>> = {
  autoApprove: 'approving calls is up to your client: remove it here',
  alwaysAllow: 'approving calls is up to your client: remove it here',
  environment: 'write env',
  cwd: 'write workdir',
  timeout: 'write timeouts: { call: … }',
};

/**
 * For an entry of this kind. A key of other kinds is explained as such rather than taken for a misspelling.
 *
 * @param isGuess true if the kind was read from a misspelt key
 */
export function keyHints(kind: Kind, isGuess = false): Record<string, string> {
  const mayBeContainer = isGuess && kind !== 'container';
  const unfit = (key: string, isContainers: boolean, otherwise: string): string =>
    isContainers && mayBeContainer
      ? `for a container add image or dockerfile; otherwise remove "${key}"`
      : otherwise;
  const ofOthers: Record<string, string> = {};
  for (const [key, kinds] of kindsByKey()) {
    const fix = `remove it: "${key}" is for ${listOf(kinds, 'and')} servers, and this one is ${kind}`;
    if (!kinds.includes(kind)) ofOthers[key] = unfit(key, kinds.includes('container'), fix);
  }
  const ofCompose: Record<string, string> = {};
  for (const key of ABOUT_CONTAINERS)
    ofCompose[key] = unfit(key, true, `"${key}" is about containers, and this server is ${kind}: remove it`);
  if (kind === 'container') Object.assign(ofCompose, composeHints());
  // Of two keys that a misspelt one is equally near to, the first is meant.
  const hints = { ...ofOthers, ...FAMILIAR, ...ofCompose, ...ofOthers, 'native.secrets': NO_SECRET_FILES };
  return kind === 'container' ? hints : { ...hints, secrets: NO_SECRET_FILES };
}

const NO_SECRET_FILES = 'secret files exist in containers only: use env with ${VAR} here';

/** The kinds that have each key. */
function kindsByKey(): Map<string, Kind[]> {
  const kinds = new Map<string, Kind[]>();
  for (const kind of KINDS) for (const key of KEYS[kind]) kinds.set(key, [...(kinds.get(key) ?? []), kind]);
  return kinds;
}

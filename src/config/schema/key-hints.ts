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
 */
export function keyHints(kind: Kind): Record<string, string> {
  const hints: Record<string, string> = { ...FAMILIAR };
  for (const key of ABOUT_CONTAINERS)
    hints[key] = `"${key}" is about containers, and this server is ${kind}: remove it`;
  if (kind === 'container') Object.assign(hints, composeHints());
  for (const [key, kinds] of kindsByKey())
    if (!kinds.includes(kind))
      hints[key] = `remove it: "${key}" is for ${listOf(kinds, 'and')} servers, and this one is ${kind}`;
  hints['native.secrets'] = 'secret files exist in containers only: use env with ${VAR} here';
  if (kind !== 'container') hints.secrets = 'secret files exist in containers only: use env with ${VAR} here';
  return hints;
}

/** The kinds that have each key. */
function kindsByKey(): Map<string, Kind[]> {
  const kinds = new Map<string, Kind[]>();
  for (const kind of KINDS) for (const key of KEYS[kind]) kinds.set(key, [...(kinds.get(key) ?? []), kind]);
  return kinds;
}

/** What to do about keys that people write, and the schema does not know. */
import { KEYS, type Kind } from './kinds.ts';

export const SETTING_HINTS: Readonly<Record<string, string>> = {
  services: 'this looks like a Compose file: Hive writes that one itself, from `servers`',
  version: 'Hive files have no version: remove it',
  port: 'write gateway: { port: … }',
  host: 'write gateway: { host: … }',
};

const FAMILIAR: Readonly<Record<string, string>> = {
  disabled: 'take the entry out, or put it behind # while you do not need it',
  enabled: 'take the entry out, or put it behind # while you do not need it',
  autoApprove: 'approving calls is up to your client: remove it here',
  alwaysAllow: 'approving calls is up to your client: remove it here',
  environment: 'write env',
  build: 'write dockerfile: PATH',
  cwd: 'write workdir',
  network_mode: 'write network',
  labels: 'write compose: { labels: { … } }',
  timeout: 'write timeouts: { call: … }',
};

/** Keys of another kind of server get told so, rather than a guess at a typo. */
export function keyHints(kind: Kind): Record<string, string> {
  const hints: Record<string, string> = { ...FAMILIAR };
  for (const [key, kinds] of kindsByKey())
    if (!kinds.includes(kind))
      hints[key] = `"${key}" is for ${listOf(kinds)} servers, and this one is ${kind}`;
  hints['native.secrets'] = 'secret files exist in containers only: use env with ${VAR} here';
  if (kind !== 'container') hints.secrets = 'secret files exist in containers only: use env with ${VAR} here';
  return hints;
}

function kindsByKey(): Map<string, Kind[]> {
  const kinds = new Map<string, Kind[]>();
  for (const [kind, keys] of Object.entries(KEYS) as [Kind, ReadonlySet<string>][])
    for (const key of keys) kinds.set(key, [...(kinds.get(key) ?? []), kind]);
  return kinds;
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

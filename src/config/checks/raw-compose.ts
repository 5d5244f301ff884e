/** Rules about raw Compose keys, which must not undo what the gateway relies on. */
import type { EntryOf } from '../parse/parse.ts';
import { SET_BY_HIVE } from '../schema/compose-words.ts';
import type { Flag } from './checked.ts';

/** Keys that Hive sets itself or has its own key for, each with its fix. */
const OWN_KEYS: Readonly<Record<string, string>> = {
  ...SET_BY_HIVE,
  network_mode: 'use network',
  networks: 'use network',
  image: 'use image',
  container: 'use the keys of the entry',
  command: 'use command',
  environment: 'use env',
  env_file: 'use envFile',
  label_file: 'use labels',
};

/** True for a raw key that this check reports by itself. */
export const isReported = (key: string): boolean => Object.hasOwn(OWN_KEYS, key) || key === 'labels';

export function checkRawCompose(entry: EntryOf<'container'>, flag: Flag): void {
  const { serverName, input } = entry;
  for (const [key, fix] of Object.entries(OWN_KEYS))
    if (Object.hasOwn(input.compose ?? {}, key))
      flag(['compose', key], `"compose.${key}" of server "${serverName}" cannot be set`, fix, 'key');
  checkLabels(serverName, input.compose?.labels, flag);
}

function checkLabels(serverName: string, labels: unknown, flag: Flag): void {
  if (Array.isArray(labels))
    flag(
      ['compose', 'labels'],
      `"compose.labels" of server "${serverName}" must be a map`,
      'write NAME: value instead of - NAME=value',
    );
  else if (typeof labels === 'object' && labels !== null)
    for (const label of Object.keys(labels))
      if (label.startsWith('mcp.'))
        flag(
          ['compose', 'labels', label],
          `label "${label}" of server "${serverName}" is set by Hive`,
          'remove it',
          'key',
        );
}

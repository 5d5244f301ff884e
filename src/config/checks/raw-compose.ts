import type { Entry } from '../parse/parse.ts';
import type { Tell } from './checked.ts';

const OWN_KEYS: Readonly<Record<string, string>> = {
  container_name: 'leave it out: Hive finds containers by their labels',
  stdin_open: 'leave it out: Hive sets it from `transport`',
  tty: 'leave it out: a terminal would garble the protocol',
  scale: 'leave it out: one container a server in this version of Hive',
  deploy: 'leave it out: use cpus, memory, pids and restart of the entry',
  network_mode: 'use network',
  networks: 'use network',
  image: 'use image',
  container: 'use the keys of the entry',
  command: 'use command',
  environment: 'use env',
  env_file: 'use envFile',
};

/** Raw keys must not undo what the gateway relies on. */
export function checkRawCompose({ serverName, input }: Entry & { kind: 'container' }, tell: Tell): void {
  for (const key of Object.keys(input.compose ?? {}))
    if (Object.hasOwn(OWN_KEYS, key))
      tell(
        ['compose', key],
        `"compose.${key}" of server "${serverName}" cannot be set`,
        OWN_KEYS[key],
        'key',
      );
  const labels = input.compose?.labels;
  if (Array.isArray(labels))
    tell(
      ['compose', 'labels'],
      `"compose.labels" of server "${serverName}" must be a map`,
      'write NAME: value instead of - NAME=value',
    );
  else if (typeof labels === 'object' && labels !== null)
    for (const label of Object.keys(labels))
      if (label.startsWith('mcp.'))
        tell(
          ['compose', 'labels', label],
          `label "${label}" of server "${serverName}" is set by Hive`,
          'remove it',
          'key',
        );
}

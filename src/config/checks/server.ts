/** Rules about a single server of any kind. */
import { MAX_NAME_LENGTH, uncutName } from '../../model/text/public-name.ts';
import { type Entry, prefixOf } from '../parse/parse.ts';
import type { Flag } from './checked.ts';
import { checkCommands } from './commands.ts';
import { checkReferences } from './references.ts';

export const SERVER_CHECKS: readonly ((entry: Entry, flag: Flag) => void)[] = [
  checkReferences,
  checkCommands,
  checkRenames,
  checkIdle,
];

function checkRenames(entry: Entry, flag: Flag): void {
  const rename = entry.input.tools?.rename ?? {};
  const owners = new Map<string, string>();
  for (const [tool, name] of Object.entries(rename)) {
    const excess = uncutName(prefixOf(entry), name).length - MAX_NAME_LENGTH;
    if (excess > 0)
      flag(
        ['tools', 'rename', tool],
        `tool "${tool}" of server "${entry.serverName}" would have a name of more than ${MAX_NAME_LENGTH}` +
          ' characters',
        `make the name or the prefix ${excess} shorter`,
      );
    const owner = owners.get(name);
    if (owner !== undefined)
      flag(
        ['tools', 'rename', tool],
        `tools "${owner}" and "${tool}" of server "${entry.serverName}" are both renamed to "${name}"`,
        'give each its own name',
      );
    owners.set(name, tool);
  }
}

function checkIdle(entry: Entry, flag: Flag): void {
  if (entry.kind === 'builtin' || entry.isPartial) return;
  const { timeouts, start } = entry.input;
  if (timeouts?.idle !== undefined && start !== 'lazy')
    flag(
      ['timeouts', 'idle'],
      `"timeouts.idle" of server "${entry.serverName}" is for start: lazy, and this server is eager`,
      'add start: lazy, or remove timeouts.idle',
      'key',
    );
}

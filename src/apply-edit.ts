/** What an edit of the file means for what runs. */
import { compiledIsOurs } from './compile/yaml.ts';
import type { Desired } from './desired.ts';
import { GatewayError } from './errors.ts';
import type { Compiled } from './model/compiled.ts';
import type { Stack } from './model/desired.ts';
import { hasOurs, writeComposeFile } from './runtime/containers/compose-file.ts';
import type { Override } from './runtime/containers/override.ts';

/** Whether servers are others by an edit. */
export function differ(before: Compiled, after: Compiled): boolean {
  const identity = ({ units }: Compiled): string =>
    JSON.stringify(
      units.map(({ server, hash, viewHash, values }) => [server.serverName, hash, viewHash, values]),
    );
  return before !== after && identity(before) !== identity(after);
}

/** Everything that runs is known by the stack's name: under another one it would be left behind. @throws GatewayError CONFIG_INVALID */
export function refuseRename(before: Stack, after: Stack): void {
  if (before.name === after.name) return;
  throw new GatewayError(
    'CONFIG_INVALID',
    `the stack cannot change its name from ${before.name} to ${after.name} while it runs`,
    { hint: `name it ${before.name} again, run \`hive down\`, then change the name` },
  );
}

/** What the stack needs on disk: the compiled file and the override beside it. */
export function writeFiles({ stack, compiled }: Desired, override: Override): void {
  const containers = stack.servers.filter((server) => server.type === 'container');
  // Nothing is written for who has no containers; what was written before is brought up to date.
  if (containers.length === 0 && !hasOurs(stack.composeFile, compiledIsOurs)) return;
  const values = new Map(compiled.units.map((unit) => [unit.server.serverName, unit.values]));
  writeComposeFile(stack.composeFile, compiled.yaml, compiledIsOurs);
  override.declare(containers.map((server) => ({ server, values: values.get(server.serverName) })));
}

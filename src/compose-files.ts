/** Writes the files that Compose reads: the compiled file of a stack, and Hive's run-time override. */
import { compiledIsOurs } from './compile/yaml.ts';
import type { Desired } from './desired.ts';
import type { Stack } from './model/stack.ts';
import { hasOurs, writeComposeFile } from './runtime/containers/compose-file.ts';
import type { Override } from './runtime/containers/override.ts';

/**
 * Writes the compiled file where the stack wants it, if its text differs.
 *
 * @throws GatewayError CONFIG_INVALID if a file that Hive did not write is there, or the place cannot be
 * written
 */
export function writeCompiledFile({ composeFile }: Pick<Stack, 'composeFile'>, yaml: string): void {
  writeComposeFile(composeFile, yaml, compiledIsOurs);
}

/**
 * Makes both files those of `desired`. A stack without containers gets none, but a compiled file from before
 * is updated.
 *
 * @throws GatewayError CONFIG_INVALID as above, CREATE_FAILED if the override cannot be written
 */
export function writeComposeFiles({ stack, compiled }: Desired, override: Override): void {
  const containers = stack.servers.filter((server) => server.type === 'container');
  if (containers.length === 0 && !hasOurs(stack.composeFile, compiledIsOurs)) return;
  const values = new Map(compiled.units.map((unit) => [unit.server.serverName, unit.values]));
  writeCompiledFile(stack, compiled.yaml);
  override.declare(containers.map((server) => ({ server, values: values.get(server.serverName) })));
}

/** Reads the config file of a command that needs what is in it. */
import { readEnvironment } from '../../config/environment.ts';
import { loadStack } from '../../config/load.ts';
import { GatewayError } from '../../errors.ts';
import type { UnsetVariable } from '../../model/desired.ts';
import type { Values } from '../../model/references.ts';
import type { Stack } from '../../model/stack.ts';

/** Reads and checks the config; touches nothing else. @throws ConfigError */
export async function readConfig(file: string): Promise<{ readonly stack: Stack; readonly values: Values }> {
  const values = await readEnvironment(file, process.env);
  return { stack: await loadStack(file, values), values };
}

/** @param shown name of the config file */
export function unsetError(
  serverName: string,
  { variable, place }: UnsetVariable,
  shown: string,
): GatewayError {
  return new GatewayError('VARIABLE_UNSET', `\${${variable}} is not set, and ${serverName} uses it`, {
    hint: `set ${variable} in the environment, or in .env beside ${shown}`,
    place,
  });
}

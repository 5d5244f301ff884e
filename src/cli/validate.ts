import { relative } from 'node:path';
import { ConfigError } from '../config/diagnostics.ts';
import { readEnvironment } from '../config/environment.ts';
import { loadStack } from '../config/load.ts';
import { GatewayError } from '../errors.ts';
import { type ConfigOption, stackFile } from './stack-file.ts';

/** The real loading path, stopped before anything is touched. Unset variables count: the file as it stands would not run. */
export async function validate(options: ConfigOption & { readonly json?: boolean }): Promise<void> {
  const file = stackFile(options);
  const shown = relative(process.cwd(), file);
  try {
    const stack = await loadStack(file, await readEnvironment(file, process.env));
    const unset = stack.servers.flatMap((server) => server.unset)[0];
    if (unset) {
      throw new GatewayError('VARIABLE_UNSET', `\${${unset.variable}} is not set`, {
        place: unset.place,
        hint: `set ${unset.variable} in the environment, or in .env beside ${shown}`,
      });
    }
    const names = stack.servers.map((server) => server.serverName);
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ valid: true, servers: names })}\n`
        : `${shown} is valid: ${names.length} servers (${names.join(', ')})\n`,
    );
  } catch (error) {
    if (options.json && error instanceof ConfigError)
      process.stdout.write(`${JSON.stringify({ valid: false, problems: error.problems })}\n`);
    throw error;
  }
}

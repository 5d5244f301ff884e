import { readEnvironment } from '../config/environment.ts';
import { loadStack } from '../config/load.ts';
import { ConfigError, renderConfigError, shortPath } from '../config/source/diagnostics.ts';
import { CODES, GatewayError, renderError } from '../errors.ts';
import type { Stack } from '../model/desired.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { counted } from './up/server-lines.ts';

/**
 * The real loading path, stopped before anything is touched. Unset variables count: the file as it stands would not run.
 *
 * @returns the exit code
 */
export async function validate(options: ConfigOption & { readonly json?: boolean }): Promise<number> {
  const file = stackFile(options);
  const shown = shortPath(file, process.cwd());
  try {
    const stack = await loadStack(file, await readEnvironment(file, process.env));
    const unset = unsetErrors(stack, shown);
    if (unset.length === 0) return tellValid(stack, shown, options.json ?? false);
    if (options.json) printJson({ valid: false, problems: unset.map(toProblem) });
    else process.stderr.write(`${unset.map(renderError).join('\n\n')}\n`);
    return CODES.VARIABLE_UNSET;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (options.json) printJson({ valid: false, problems: error.problems });
    else process.stderr.write(`${renderConfigError(error, process.cwd())}\n`);
    return CODES[error.code];
  }
}

function unsetErrors({ servers }: Stack, shown: string): GatewayError[] {
  return servers.flatMap(({ serverName, unset }) =>
    unset.map(
      ({ variable, place }) =>
        new GatewayError('VARIABLE_UNSET', `\${${variable}} is not set, and ${serverName} uses it`, {
          place: { path: shortPath(place.path, process.cwd()), line: place.line },
          hint: `set ${variable} in the environment, or in .env beside ${shown}`,
        }),
    ),
  );
}

function tellValid({ servers }: Stack, shown: string, json: boolean): number {
  const names = servers.map(({ serverName }) => serverName);
  if (json) printJson({ valid: true, servers: names });
  else
    process.stdout.write(
      `${shown} is valid: ${counted(names.length, 'server')}${names.length ? ` (${names.join(', ')})` : ''}\n`,
    );
  return 0;
}

function toProblem({ code, message, hint, place }: GatewayError): object {
  return { code, message, hint, place };
}

function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

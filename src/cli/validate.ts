/** `hive validate`: checks the config file as `hive up` would, and touches nothing. */
import { ConfigError, renderConfigError, shortPath } from '../config/source/diagnostics.ts';
import { CODES, type GatewayError, renderError } from '../errors.ts';
import type { Stack } from '../model/stack.ts';
import { counted } from './stack/describe-server.ts';
import { readConfig, unsetError } from './stack/read-config.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { stackWarnings } from './stack/warnings.ts';
import { print, printError, printJson } from './terminal/print.ts';

/**
 * Prints all problems. An unset variable is one, since its server could not start.
 *
 * @returns the exit code
 */
export async function validate(options: ConfigOption & { readonly json?: boolean }): Promise<number> {
  const file = stackFile(options);
  const shown = shortPath(file, process.cwd());
  try {
    const { stack } = await readConfig(file);
    const unset = unsetErrors(stack, shown);
    if (unset.length === 0) return reportValid(stack, shown, options.json ?? false);
    if (options.json) printJson({ valid: false, problems: unset.map(toProblem) });
    else printError(unset.map(renderError).join('\n\n'));
    return CODES.VARIABLE_UNSET;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (options.json) printJson({ valid: false, problems: error.problems });
    else printError(renderConfigError(error, process.cwd()));
    return CODES[error.code];
  }
}

function unsetErrors({ servers }: Stack, shown: string): GatewayError[] {
  return servers.flatMap(({ serverName, unset }) =>
    unset.map(({ variable, place: { path, line } }) =>
      unsetError(serverName, { variable, place: { path: shortPath(path, process.cwd()), line } }, shown),
    ),
  );
}

function reportValid({ servers, off = [], warnings }: Stack, shown: string, json: boolean): number {
  const names = servers.map(({ serverName }) => serverName);
  const offList = off.length > 0 ? `; off: ${off.map(({ serverName }) => serverName).join(', ')}` : '';
  const list = names.length > 0 ? ` (${names.join(', ')})` : '';
  if (json) printJson({ valid: true, servers: names, warnings });
  else {
    if (warnings.length > 0) print(stackWarnings({ warnings }));
    print(`${shown} is valid: ${counted(names.length, 'server')}${list}${offList}`);
  }
  return 0;
}

function toProblem({ code, message, hint, place }: GatewayError): object {
  return { code, message, hint, place };
}

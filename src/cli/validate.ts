/** `hive validate`: checks the config file as `hive up` would, and touches nothing. */
import { existsSync } from 'node:fs';
import {
  ConfigError,
  inReadingOrder,
  type Problem,
  renderConfigError,
  shortPath,
} from '../config/source/diagnostics.ts';
import { CODES, type Code } from '../errors.ts';
import type { Stack } from '../model/stack.ts';
import { counted } from './stack/describe-server.ts';
import { checkConfig } from './stack/read-config.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { typedError, typedFor } from './stack/typing.ts';
import { stackWarnings } from './stack/warnings.ts';
import { print, printError, printJson } from './terminal/print.ts';

/**
 * Prints all problems. An unset variable is one, since its server could not start.
 *
 * @param named the file, if it was named without `-c`
 * @returns the exit code
 */
export async function validate(
  named: string | undefined,
  { json = false, ...options }: ConfigOption & { readonly json?: boolean },
): Promise<number> {
  const file = stackFile(named === undefined ? options : { config: named });
  const found = await check(file);
  if ('stack' in found && found.problems.length === 0) return reportValid(found.stack, file, json);
  const problems = inReadingOrder(file, found.problems);
  const { warnings } = found;
  if (json) printJson({ valid: false, problems, warnings });
  else if (warnings.length > 0) print(stackWarnings({ warnings }));
  if (!json) printError(renderConfigError({ ...found, problems }, process.cwd()));
  return CODES[found.code];
}

interface Found {
  readonly stack?: Stack;
  readonly code: Code;
  readonly problems: readonly Problem[];
  readonly total: number;
  readonly warnings: Stack['warnings'];
}

async function check(file: string): Promise<Found> {
  try {
    const { stack, unset } = await checkConfig(file);
    const shared = await sharedProblem(stack);
    const problems = [...shared, ...unset];
    const code = problems.every((it) => it.code === 'VARIABLE_UNSET') ? 'VARIABLE_UNSET' : 'CONFIG_INVALID';
    return { stack, code, problems, total: problems.length, warnings: stack.warnings };
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    const { code, problems, total, unset, warnings } = typedError(thrown, typedFor(file)) as ConfigError;
    return { code, problems: [...problems, ...unset], total: total + unset.length, warnings };
  }
}

/** Two stacks cannot write one compiled file. */
async function sharedProblem(stack: Stack): Promise<Problem[]> {
  if (!existsSync(stack.composeFile)) return [];
  const { sharedFault } = await import('../compose-files.ts');
  const fault = await sharedFault(stack);
  if (fault === undefined) return [];
  const { message, hint = '' } = fault;
  const place = { path: stack.file, line: 1 };
  return [
    { message, hint, place, keyPath: 'composeFile', column: 1, snippet: '', underlineFrom: 0, length: 1 },
  ];
}

function reportValid({ servers, off = [], warnings }: Stack, file: string, json: boolean): number {
  const names = servers.map(({ serverName }) => serverName);
  const offList = off.length > 0 ? `; off: ${off.map(({ serverName }) => serverName).join(', ')}` : '';
  const list = names.length > 0 ? ` (${names.join(', ')})` : '';
  if (json) printJson({ valid: true, servers: names, warnings });
  else {
    if (warnings.length > 0) print(stackWarnings({ warnings }));
    const shown = shortPath(file, process.cwd());
    print(`${shown} is valid: ${counted(names.length, 'server')}${list}${offList}`);
  }
  return 0;
}

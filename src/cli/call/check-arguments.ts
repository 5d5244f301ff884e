/** Checks the arguments of a call by the input schema of its tool before anything is called. */
import { runInNewContext } from 'node:vm';
import { GatewayError } from '../../errors.ts';
import type { ToolRow } from '../../model/operator.ts';
import { loadCompiler } from '../../tools/arguments.ts';
import type { Arguments } from './words.ts';

/** The schema is a server's: its regular expressions and references can keep a checker busy for ever. */
const LIMIT_MS = 1_000;

/**
 * @param limitMs for reading the schema and checking the arguments
 * @returns false if the check was given up. A schema that this client cannot read is the server's to check.
 * @throws GatewayError USAGE
 */
export async function checkArguments(
  { name, inputSchema = {} }: Pick<ToolRow, 'name' | 'inputSchema'>,
  args: Arguments,
  limitMs = LIMIT_MS,
): Promise<boolean> {
  const compile = await loadCompiler(inputSchema);
  const check = (): void => compiled(() => compile(name))?.(structuredClone(args));
  try {
    // The engine interrupts what the context has called, within a regular expression too.
    runInNewContext('check()', { check }, { timeout: limitMs });
    return true;
  } catch (error) {
    if (Object(error).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' || error instanceof RangeError) return false;
    if (!(error instanceof GatewayError)) throw error;
    throw new GatewayError('USAGE', error.message, {
      hint: `see its arguments: npx hive tools ${name} --schema`,
      cause: error,
    });
  }
}

function compiled<T>(compile: () => T): T | undefined {
  try {
    return compile();
  } catch {
    return undefined;
  }
}

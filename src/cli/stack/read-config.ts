/** Reads the config file of a command that needs what is in it. */

import { resolve } from 'node:path';
import { readAddedOf } from '../../added/added-file.ts';
import { readEnvironment } from '../../config/environment.ts';
import { type CheckedFile, checkFile } from '../../config/load.ts';
import { GatewayError } from '../../errors.ts';
import { processFiles } from '../../files/process-files.ts';
import type { UnsetVariable } from '../../model/desired.ts';
import type { Values } from '../../model/references.ts';
import { unsetWords } from '../../model/secrets/unset-words.ts';
import type { Stack } from '../../model/stack.ts';
import { secretsOf } from '../../secrets-of.ts';

/** As `checkFile`, with the variables and secrets of this machine. @throws ConfigError */
export async function checkConfig(file: string): Promise<CheckedFile> {
  const environment = await readEnvironment(file, process.env);
  return checkFile(file, environment, processFiles, readAddedOf(file), secretsOf(resolve(file)));
}

/** Reads and checks the config; touches nothing else. @throws ConfigError */
export async function readConfig(file: string): Promise<{ readonly stack: Stack; readonly values: Values }> {
  const { stack, values } = await checkConfig(file);
  return { stack, values };
}

/** @param shown name of the config file */
export function unsetError(serverName: string, unset: UnsetVariable, shown: string): GatewayError {
  const { message, hint } = unsetWords(unset, shown);
  const code = unset.trouble ? 'SECRETS_FAILED' : 'VARIABLE_UNSET';
  return new GatewayError(code, `${message}, and ${serverName} uses it`, { hint, place: unset.place });
}

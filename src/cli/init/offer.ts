/** Offers to make a config file where a command needs one and there is none. */
import type { GatewayError } from '../../errors.ts';
import { ask } from '../connect/consent.ts';
import { stackFile } from '../stack/stack-file.ts';
import { printError } from '../terminal/print.ts';
import { makeConfig } from './init.ts';

/**
 * Makes one if the person at the terminal wants it.
 * @returns the absolute path of the file @throws the error if not
 */
export async function offerInit(missing: GatewayError): Promise<string> {
  printError(missing.message);
  if (!(await ask('Make a hive.yaml from what is found here?'))) throw missing;
  await makeConfig({});
  return stackFile({});
}

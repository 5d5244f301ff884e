/** Tokens for clients: the client gets the token, the config file its digest. */
import { extname } from 'node:path';
import type { Client } from '../../clients/data/client.ts';
import type { Endpoint } from '../../clients/dialects.ts';
import { type Slot, withEntry } from '../../clients/edit/edit.ts';
import { EditFault } from '../../clients/edit/fault.ts';
import { GatewayError } from '../../errors.ts';
import { newToken, tokenLines } from '../stack/new-token.ts';
import type { Typed } from '../stack/typing.ts';
import { print, printError } from '../terminal/print.ts';
import { readClientFile, writeClientFile } from './client-file.ts';
import { ask, type Consent, canAsk } from './consent.ts';
import type { Target } from './target.ts';

/** Variable of the environment that project files name instead of a token. */
const VARIABLE = 'HIVE_TOKEN';

export interface ClientToken {
  /** Name in the config file. */
  readonly name: string;
  readonly token: string;
  readonly digest: string;
  /** True if the client's file only names the variable. */
  readonly isReference: boolean;
}

/**
 * A new token. A file of a project is shared, so that it must not hold the token itself.
 * @throws GatewayError USAGE if the client's project file cannot name a variable
 */
export function tokenFor(client: Client, isProject: boolean, { stack }: Target): ClientToken {
  if (isProject && client.reference === undefined)
    throw new GatewayError(
      'USAGE',
      `the project file of ${client.title} can hold no variable, and must hold no token`,
      {
        hint: `use stdio, which needs none: npx hive connect ${client.id} --project --stdio`,
      },
    );
  const taken = stack.auth?.tokens ?? {};
  let name = client.id;
  for (let number = 2; name in taken; number++) name = `${client.id}-${number}`;
  return { name, ...newToken(), isReference: isProject };
}

export function httpEndpoint(url: string, token: ClientToken | undefined): Endpoint {
  if (token === undefined) return { kind: 'http', url };
  return { kind: 'http', url, token: token.isReference ? { variable: VARIABLE } : { value: token.token } };
}

/** Adds the digest to the config file if the user wants that, else prints the lines to add. */
export async function giveDigest(
  { name, token, digest, isReference }: ClientToken,
  { file }: Target,
  options: Pick<Consent, 'dryRun'> & { readonly writeToken?: boolean },
  typed: Typed,
): Promise<void> {
  if (isReference)
    print(`the file names a variable; set it where the client starts:\n  export ${VARIABLE}=${token}`);
  const { dryRun, writeToken } = options;
  const isWanted = async (): Promise<boolean> =>
    writeToken ?? (canAsk() && (await ask(`Add the digest of this token to ${file}?`)));
  if (!dryRun && (await isWanted()) && addDigest(file, name, digest)) {
    print(
      `added the digest of its token to ${file} (auth.tokens.${name}); a running gateway accepts it at once`,
    );
    return;
  }
  printError(
    `note: the gateway refuses the client until ${file} has this line below auth.tokens:\n\n` +
      `${tokenLines(name, digest)}\n\n` +
      `note: ${typed('npx hive connect')} --write-token adds it, and keeps every other byte`,
  );
}

/** False if only a person can edit the file. */
function addDigest(file: string, name: string, digest: string): boolean {
  const format = /^\.jsonc?$/i.test(extname(file)) ? 'json' : 'yaml';
  const slot: Slot = { format, key: ['auth', 'tokens'], shape: 'map' };
  const config = readClientFile(file);
  try {
    writeClientFile(config, Buffer.from(withEntry(config.text, slot, name, digest)));
    return true;
  } catch (thrown) {
    if (thrown instanceof EditFault) return false;
    throw thrown;
  }
}

/** `hive completion`: prints the script by which a shell completes commands and options. */
import { GatewayError } from '../../errors.ts';
import type { CommandSpec } from '../stack/command-spec.ts';
import { controlOf } from '../stack/control-of.ts';
import { type ConfigOption, fileAbove } from '../stack/stack-file.ts';
import { print } from '../terminal/print.ts';
import { bashScript, fishScript, zshScript } from './scripts.ts';
import { commandWords } from './words.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** @throws GatewayError USAGE for a shell of another name */
export async function completion(
  shell: string,
  commands: readonly CommandSpec[],
  options: ConfigOption = {},
): Promise<void> {
  if (shell === 'servers') return printServers(options);
  if (!Object.hasOwn(SCRIPTS, shell))
    throw new GatewayError('USAGE', `no completion for ${shell}`, {
      hint: 'for bash: source <(npx hive completion bash); there is zsh and fish too',
    });
  print(SCRIPTS[shell as keyof typeof SCRIPTS](commands.map(commandWords)).trimEnd());
}

/** Shells expand the words that they are given. */
const PLAIN_NAME = /^[\w.-]+$/;

/** Prints the servers of the gateway that runs, one a line. Without one there is nothing to complete. */
async function printServers(options: ConfigOption): Promise<void> {
  const names = await serverNames(options).catch(() => []);
  const plain = names.filter((name) => PLAIN_NAME.test(name));
  if (plain.length > 0) print(plain.join('\n'));
}

async function serverNames(options: ConfigOption): Promise<string[]> {
  const config = options.config ?? fileAbove();
  const control = await controlOf(config === undefined ? {} : { config });
  try {
    return (await control.status()).servers.map(({ serverName }) => serverName);
  } finally {
    await control.close();
  }
}

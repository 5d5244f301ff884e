/** `hive completion`: prints the script by which a shell completes commands and options. */
import { GatewayError } from '../../errors.ts';
import type { CommandSpec } from '../stack/command-spec.ts';
import { print } from '../terminal/print.ts';
import { bashScript, fishScript, zshScript } from './scripts.ts';
import { commandWords } from './words.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** @throws GatewayError USAGE for a shell of another name */
export async function completion(shell: string, commands: readonly CommandSpec[]): Promise<void> {
  if (!Object.hasOwn(SCRIPTS, shell))
    throw new GatewayError('USAGE', `no completion for ${shell}`, {
      hint: 'for bash: source <(npx hive completion bash); there is zsh and fish too',
    });
  print(SCRIPTS[shell as keyof typeof SCRIPTS](commands.map(commandWords)).trimEnd());
}

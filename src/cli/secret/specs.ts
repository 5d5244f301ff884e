/** The command for secrets that Hive keeps. */
import { CONFIG, type CommandSpec, JSON_OUTPUT } from '../stack/command-spec.ts';
import type { SecretOptions } from './options.ts';

export const SECRET_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'secret',
    summary: 'keep values for `${secret:NAME}`, encrypted: set NAME, list, rm NAME, key file|keyring',
    args: [
      ['[verb]', 'set, list, rm or key (default: list)'],
      ['[name]', 'the secret; its value comes from a prompt, stdin or --file, and is never an argument'],
      ['[rest...]'],
    ],
    options: [
      CONFIG,
      ['-g, --global', 'of all stacks of this user, not of this one'],
      ['--file <file>', 'set: read the value from this file'],
      JSON_OUTPUT,
    ],
    run: async (options: SecretOptions, verb?: string, name?: string, rest: readonly string[] = []) =>
      (await import('./secret.ts')).secret([verb, name, ...rest], options),
  },
];

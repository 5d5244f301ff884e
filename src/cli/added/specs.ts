/** The commands about servers that are added beside those of the file. */
import { CONFIG, type CommandSpec, JSON_OUTPUT, SERVERS } from '../stack/command-spec.ts';
import type { AddOptions } from './add.ts';
import type { RegistryOptions } from './registry.ts';
import type { RemoveOptions } from './remove.ts';

export const ADDED_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'add',
    summary: 'add a server of the catalogue to the stack, without an edit of its file',
    args: [
      ['<entry>', 'its id, as `hive search` prints it'],
      ['[parameters...]', 'KEY=VALUE, as `hive info` names them'],
    ],
    options: [
      CONFIG,
      ['--name <server>', 'name of the server (default: from the id)'],
      ['--as <kind>', 'run it as image, npm, pypi or remote (default: the first that fits this machine)'],
      ['--prefix <text>', 'text before the names of its tools (default: the name of the server)'],
      ['-y, --yes', 'add it without asking'],
      ['--dry-run', 'print the plan, and change nothing'],
      JSON_OUTPUT,
    ],
    run: async (options: AddOptions, entry: string, words: readonly string[]) =>
      (await import('./add.ts')).add(entry, words, options),
  },
  {
    name: 'remove',
    summary: 'remove servers that were added; those of the file stay',
    args: [[SERVERS, 'the servers to remove']],
    options: [
      CONFIG,
      ['-v, --volumes', 'remove the named volumes that no other server uses too, with their data'],
      JSON_OUTPUT,
    ],
    run: async (options: RemoveOptions, serverNames: readonly string[]) =>
      (await import('./remove.ts')).remove(serverNames, options),
  },
  {
    name: 'registry',
    summary: 'move an added server into the file (save), or remove all that were added (reset)',
    args: [
      ['<verb>', 'save or reset'],
      [SERVERS, 'the servers to save'],
    ],
    options: [CONFIG, ['-y, --yes', 'reset without asking']],
    run: async (options: RegistryOptions, verb: string, serverNames: readonly string[]) =>
      (await import('./registry.ts')).registry(verb, serverNames, options),
  },
];

/** The commands about the catalogue. */
import { type CommandSpec, JSON_OUTPUT } from '../stack/command-spec.ts';
import type { InfoOptions } from './info.ts';
import type { SearchOptions } from './search.ts';

export const CATALOGUE_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'search',
    summary: 'find servers in the catalogue; needs no network',
    args: [['<query...>', 'words: names, subjects, tools; typing errors are forgiven']],
    options: [
      ['-n, --limit <number>', 'how many to show (default: 15)'],
      ['--runs-as <kind>', 'only servers that run as image, npm, pypi or remote'],
      JSON_OUTPUT,
    ],
    run: async (options: SearchOptions, words: readonly string[]) =>
      (await import('./search.ts')).search(words, options),
  },
  {
    name: 'info',
    summary: 'show an entry of the catalogue: what it needs and offers, and its lines for hive.yaml',
    args: [
      ['<entry>', 'its id, as `hive search` prints it'],
      ['[parameters...]', 'KEY=VALUE, to see the lines with these values'],
    ],
    options: [
      ['--as <kind>', 'run it as image, npm, pypi or remote (default: the first that fits this machine)'],
      ['--name <server>', 'name of the server in the file'],
      JSON_OUTPUT,
    ],
    run: async (options: InfoOptions, entry: string, words: readonly string[]) =>
      (await import('./info.ts')).info(entry, words, options),
  },
];

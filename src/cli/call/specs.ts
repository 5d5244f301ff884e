/** The commands about tools. */
import { CONFIG, type CommandSpec, JSON_OUTPUT, VIEW } from '../stack/command-spec.ts';
import type { CallOptions } from './call.ts';
import type { ToolsOptions } from './tools.ts';

export const CALL_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'tools',
    summary: 'list the tools that clients see, and what they cost a model',
    args: [['[name]', 'only the tools of this server, or this tool']],
    options: [CONFIG, VIEW, ['--schema', 'print descriptions and input schemas'], JSON_OUTPUT],
    run: async (options: ToolsOptions, named?: string) => (await import('./tools.ts')).tools(named, options),
  },
  {
    name: 'call',
    summary: 'call a tool',
    args: [
      ['<tool>', 'its name, as `hive tools` prints it'],
      ['[arguments...]', 'KEY=VALUE, a JSON object, @FILE with a JSON object, or - for stdin'],
    ],
    options: [
      CONFIG,
      ['--view <name>', 'call as a client of this view: only what it shows'],
      ['-o, --out <folder>', 'where to save pictures and other bytes (default: the current folder)'],
      ['--json', 'print the whole result as JSON'],
    ],
    run: async (options: CallOptions, tool: string, words: readonly string[]) =>
      (await import('./call.ts')).call(tool, words, options),
  },
];

/** The commands that watch what servers do. */
import { CONFIG, type CommandSpec, JSON_OUTPUT, SERVERS } from '../stack/command-spec.ts';
import type { CallsOptions } from './calls.ts';
import type { TopOptions } from './top.ts';

export const WATCH_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'calls',
    summary: 'list the newest requests to servers: who called what, how long it took, how it ended',
    args: [
      [
        '[server...]',
        'only calls to these servers; `capture on [server...]` and `capture off` begin and end a capture',
      ],
    ],
    options: [
      CONFIG,
      ['-f, --follow', 'keep printing calls as they end'],
      ['-n, --tail <calls>', 'begin with so many of the newest, or `all` that are kept (default: 50)'],
      ['--tool <name>', 'only calls of this tool, prompt or resource'],
      ['--outcome <outcome>', 'ok, tool_error, error, cancelled, timeout, lost, or failed for all but ok'],
      ['--show [id]', 'print arguments and results too, of all or of one; needs a capture that runs'],
      ['--for <time>', 'how long a capture runs (default: 10m, at most 24h)'],
      JSON_OUTPUT,
    ],
    run: async (options: CallsOptions, servers: readonly string[]) =>
      (await import('./calls.ts')).calls(servers, options),
  },
  {
    name: 'top',
    summary: 'show what servers use (CPU, memory, network), their calls a minute, p95 and errors',
    args: [[SERVERS, 'only these servers']],
    options: [
      CONFIG,
      ['--once', 'print one table and end (the default where the output is no terminal)'],
      ['-f, --follow', 'go on where the output is no terminal: a table every two seconds'],
      ['--json', 'print JSON, one object for each sample'],
    ],
    run: async (options: TopOptions, servers: readonly string[]) =>
      (await import('./top.ts')).top(servers, options),
  },
];

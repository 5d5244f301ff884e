/** The commands that stop and start servers. */
import { CONFIG, type CommandSpec, SERVERS } from '../stack/command-spec.ts';
import type { ConfigOption } from '../stack/stack-file.ts';

type Switch = (options: ConfigOption, serverNames: readonly string[]) => Promise<number>;

const lazily =
  (verb: 'stop' | 'start' | 'restart'): Switch =>
  async (options, serverNames) =>
    (await import('./switch.ts'))[verb](serverNames, options);

export const SERVER_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'stop',
    summary: 'stop servers until `hive start`; `hive down` ends the whole stack',
    args: [[SERVERS, 'the servers to stop']],
    options: [CONFIG],
    run: lazily('stop'),
  },
  {
    name: 'start',
    summary: 'start servers that were stopped, and try failed ones again',
    args: [[SERVERS, 'the servers to start (default: all that are stopped)']],
    options: [CONFIG],
    run: lazily('start'),
  },
  {
    name: 'restart',
    summary: 'restart servers',
    args: [[SERVERS, 'the servers to restart (default: all; a terminal is asked first)']],
    options: [CONFIG],
    run: lazily('restart'),
  },
];

/** What the table of commands says of each command. */

/** In commander's syntax: `-d, --detach`, `<required>`, `[optional]`, `[many...]`. */
export type Word = readonly [syntax: string, summary?: string];

export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly args?: readonly Word[];
  readonly options?: readonly Word[];
  /** True if the first argument names the config file, as `-c` does. */
  readonly argumentIsConfig?: true;
  /** @returns the exit code; nothing stands for 0 */
  run(options: never, ...args: never[]): Promise<number> | Promise<void>;
}

export const CONFIG: Word = [
  '-c, --config <file>',
  'config file, YAML or JSON (default: hive.yaml, hive.yml, hive.json or stacks/default.yaml, here or above)',
];
/** Names of servers, which shells complete. */
export const SERVERS = '[server...]';
export const VIEW: Word = ['--view <name>', 'only what this view of the config file shows'];
export const JSON_OUTPUT: Word = ['--json', 'print JSON'];

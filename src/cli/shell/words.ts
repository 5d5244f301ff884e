/** What can be typed after `hive`, as completions and docs/cli.md need it. */
import { type CommandSpec, SERVERS, type Word } from '../stack/command-spec.ts';

export interface OptionWords {
  /** Without its dash: `c`. */
  readonly short: string | undefined;
  /** Without its dashes: `config`. */
  readonly long: string;
  /** Name of the value: `file`; undefined for an option without value. */
  readonly value: string | undefined;
  readonly summary: string;
}

export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly args: readonly Word[];
  readonly options: readonly OptionWords[];
}

/** commander's syntax of an option: `-c, --config <file>`. */
const OPTION = /^(?:-(?<short>\w), )?--(?<long>[\w-]+)(?: [<[](?<value>[^>\]]+)[>\]])?$/;

export function commandWords({ name, summary, args = [], options = [] }: CommandSpec): CommandWords {
  return { name, summary, args, options: options.map(optionWords) };
}

function optionWords([syntax, summary = '']: Word): OptionWords {
  const { short, long = syntax, value } = OPTION.exec(syntax)?.groups ?? {};
  return { short, long, value, summary };
}

/** True if the arguments of the command are names of servers. */
export const takesServers = ({ args }: CommandWords): boolean => args.some(([syntax]) => syntax === SERVERS);

/** Its forms with dashes: `-c`, `--config`. */
export const flagsOf = ({ short, long }: OptionWords): string[] => [
  ...(short === undefined ? [] : [`-${short}`]),
  `--${long}`,
];

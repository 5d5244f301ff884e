/** Generates docs/cli.md from the commands themselves: node test/cli/shell/render.ts */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { type CommandWords, commandWords, type OptionWords } from '../../../src/cli/shell/words.ts';

export const DOCUMENT = join(import.meta.dirname, '../../../docs/cli.md');

const cell = (text: string): string => text.replaceAll('|', '\\|');

function optionRow({ short, long, value, summary }: OptionWords): string {
  const flag = `--${long}${value === undefined ? '' : ` <${value}>`}`;
  return `| \`${short === undefined ? '' : `-${short}, `}${flag}\` | ${cell(summary)} |`;
}

function section({ name, summary, args, options }: CommandWords): string {
  const usage = [
    'hive',
    name,
    ...(options.length > 0 ? ['[options]'] : []),
    ...args.map(([syntax]) => syntax),
  ];
  const rows = [
    ...args
      .filter(([, explained]) => explained)
      .map(([syntax, explained = '']) => `| \`${syntax}\` | ${cell(explained)} |`),
    ...options.map(optionRow),
  ];
  const table = rows.length === 0 ? [] : ['', '| | |', '|---|---|', ...rows];
  return [`## ${name}`, '', `\`${usage.join(' ')}\`: ${summary}.`, ...table].join('\n');
}

export function renderDocument(): string {
  const words = COMMANDS.map(commandWords);
  return [
    '# Commands',
    '',
    'Generated from the program by `npm run docs`. In a checkout the command is `npx hive`. `hive help COMMAND` prints the same.',
    '',
    'Exit codes: 0 done, 1 failed, 2 bad usage or config, 3 no usable engine.',
    '',
    'To complete commands, options and servers: `source <(hive completion bash)` in bash; `hive completion zsh` and `hive completion fish`',
    'print files for those shells, and say in their first lines where to put them.',
    '',
    ...words.flatMap((it) => [section(it), '']),
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) writeFileSync(DOCUMENT, renderDocument());
